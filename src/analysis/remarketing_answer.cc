#include "analysis/remarketing_answer.h"

#include <boost/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/fold.h"
#include "base/safe_text.h"

namespace geniai::analysis {

namespace {

namespace json = boost::json;

constexpr std::size_t kSummaryBytesMax = 2'000;
constexpr std::size_t kLineBytesMax = 500;
constexpr std::size_t kItemsMax = 10;

struct Bad {
    std::string cause;
};

// Reads the members of an answer; throws Bad with the cause.
class AnswerReader {
public:
    AnswerReader(const json::object& answer, const Mask& mask) : answer_(answer), mask_(mask) {}

    std::string Text(const char* name, std::size_t bytes_max) const {
        const json::value& value = Member(name);
        if (!value.is_string()) throw Bad{std::string("type:") + name};
        return Clean(value.as_string(), name, bytes_max);
    }

    std::optional<std::string> OptionalText(const char* name, std::size_t bytes_max) const {
        if (Member(name).is_null()) return std::nullopt;
        std::string text = Text(name, bytes_max);
        if (text.empty() || SaysNothing(text)) return std::nullopt;
        return text;
    }

    // Also a number that was written as a text: "4", "0,8".
    double Number(const char* name, double least, double most) const {
        const json::value& value = Member(name);
        double number = 0;
        if (value.is_number()) {
            number = value.to_number<double>();
        } else if (value.is_string()) {
            std::string text(value.as_string());
            if (const auto comma = text.find(','); comma != std::string::npos) text[comma] = '.';
            const auto [end, error] =
                std::from_chars(text.data(), text.data() + text.size(), number);
            if (error != std::errc{} || end != text.data() + text.size()) {
                throw Bad{std::string("type:") + name};
            }
        } else {
            throw Bad{std::string("type:") + name};
        }
        if (!(number >= least && number <= most)) throw Bad{std::string("range:") + name};
        return number;
    }

    std::string OneOf(const char* name, std::span<const std::string_view> known) const {
        const std::string folded = base::FoldText(Text(name, kLineBytesMax));
        for (const std::string_view each : known) {
            if (folded == each) return folded;
        }
        throw Bad{std::string("enum:") + name};
    }

    std::vector<std::string> Texts(const char* name) const {
        const json::value& value = Member(name);
        if (!value.is_array()) throw Bad{std::string("type:") + name};
        std::vector<std::string> texts;
        for (const json::value& item : value.as_array()) {
            if (!item.is_string()) throw Bad{std::string("type:") + name};
            std::string text = Clean(item.as_string(), name, kLineBytesMax);
            if (!text.empty() && texts.size() < kItemsMax) texts.push_back(std::move(text));
        }
        return texts;
    }

private:
    const json::value& Member(const char* name) const {
        const json::value* value = answer_.if_contains(name);
        if (value == nullptr) throw Bad{std::string("missing:") + name};
        return *value;
    }

    // With what the mask hid, without NUL bytes and broken characters, without blanks around.
    std::string Clean(std::string_view text, const char* name, std::size_t bytes_max) const {
        if (text.size() > bytes_max) throw Bad{std::string("too_long:") + name};
        std::string scratch;
        std::string clean = mask_.Restore(base::SafeText(text, scratch));
        const auto begin = clean.find_first_not_of(" \t\r\n");
        if (begin == std::string::npos) return "";
        return clean.substr(begin, clean.find_last_not_of(" \t\r\n") - begin + 1);
    }

    static bool SaysNothing(std::string_view text) {
        constexpr std::array<std::string_view, 8> kNothing = {
            "nao mencionado", "nenhum", "nao identificado", "indefinido",
            "desconhecido",   "null",   "n/a",              "nao informado"};
        const std::string folded = base::FoldText(text);
        return std::find(kNothing.begin(), kNothing.end(), folded) != kNothing.end();
    }

    const json::object& answer_;
    const Mask& mask_;
};

// Each quote that nobody said takes a part of the confidence away.
void KeepRealQuotes(warehouse::LeadFindings& findings, const std::vector<std::string>& quotes,
                    std::span<const SpokenLine> lines) {
    constexpr double kAfterInvention = 0.7;
    for (const std::string& quote : quotes) {
        if (auto found = FindQuote(lines, quote)) {
            findings.evidence.push_back(std::move(*found));
        } else {
            findings.confidence *= kAfterInvention;
        }
    }
}

void KeepRealName(warehouse::LeadFindings& findings, std::span<const SpokenLine> lines) {
    if (findings.customer_name && !FindQuote(lines, *findings.customer_name)) {
        findings.customer_name.reset();
    }
}

void ChooseMessage(warehouse::LeadFindings& findings, std::span<const SpokenLine> lines,
                   SuggestionFacts facts) {
    findings.message_source = "model";
    if (findings.suggested_message && !WhyNotSendable(*findings.suggested_message, lines)) return;
    if (findings.customer_name) facts.name = *findings.customer_name;
    facts.interest = findings.interest.value_or("");
    findings.suggested_message = SuggestionByTemplate(facts);
    findings.message_source = "template";
}

}  // namespace

std::variant<warehouse::LeadFindings, BadAnswer> ReadRemarketingAnswer(
    std::string_view answer, const Mask& mask, std::span<const SpokenLine> lines,
    SuggestionFacts facts) try {
    constexpr std::array<std::string_view, 3> kUrgencies = {"alta", "media", "baixa"};
    boost::system::error_code error;
    std::string scratch;
    const json::value value = json::parse(base::SafeJson(answer, scratch), error);
    if (error || !value.is_object()) return BadAnswer{"not_an_object"};
    const AnswerReader reader(value.get_object(), mask);
    warehouse::LeadFindings findings;
    findings.summary = reader.Text("resumo", kSummaryBytesMax);
    if (findings.summary.empty()) return BadAnswer{"empty:resumo"};
    findings.suggested_message = reader.OptionalText("mensagem_sugerida", kSummaryBytesMax);
    findings.priority = static_cast<int>(std::lround(reader.Number("prioridade", 0, 5)));
    findings.keywords = reader.Texts("palavras_chave");
    findings.confidence = reader.Number("confianca", 0, 1);
    findings.interest = reader.OptionalText("interesse", kLineBytesMax);
    findings.objections = reader.Texts("objecoes");
    findings.urgency = reader.OneOf("urgencia", kUrgencies);
    findings.next_step = reader.OptionalText("proximo_passo", kLineBytesMax);
    findings.customer_name = reader.OptionalText("nome_cliente", kLineBytesMax);
    KeepRealQuotes(findings, reader.Texts("evidencias"), lines);
    KeepRealName(findings, lines);
    ChooseMessage(findings, lines, std::move(facts));
    return findings;
} catch (const Bad& bad) {
    return BadAnswer{bad.cause};
}

}  // namespace geniai::analysis
