#include "analysis/answer_reader.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/fold.h"
#include "base/safe_text.h"

namespace geniai::analysis {

namespace json = boost::json;

namespace {

constexpr std::size_t kItemsMax = 10;

bool SaysNothing(std::string_view text) {
    constexpr std::array<std::string_view, 8> kNothing = {
        "nao mencionado", "nenhum", "nao identificado", "indefinido",
        "desconhecido",   "null",   "n/a",              "nao informado"};
    return std::ranges::count(kNothing, base::FoldText(text)) > 0;
}

}  // namespace

json::object ParseAnswer(std::string_view answer) {
    boost::system::error_code error;
    std::string scratch;
    json::value value = json::parse(base::SafeJson(answer, scratch), error);
    if (error || !value.is_object()) throw BadAnswer{"not_an_object"};
    return std::move(value.get_object());
}

std::string AnswerReader::Text(const char* name, std::size_t bytes_max) const {
    const json::value& value = Member(name);
    if (!value.is_string()) throw BadAnswer{std::string("type:") + name};
    return Clean(value.as_string(), name, bytes_max);
}

std::optional<std::string> AnswerReader::OptionalText(const char* name, std::size_t bytes_max) const {
    if (Member(name).is_null()) return std::nullopt;
    std::string text = Text(name, bytes_max);
    if (text.empty() || SaysNothing(text)) return std::nullopt;
    return text;
}

double AnswerReader::Number(const char* name, double least, double most) const {
    const json::value& value = Member(name);
    double number = 0;
    if (value.is_number()) {
        number = value.to_number<double>();
    } else if (value.is_string()) {
        std::string text(value.as_string());
        if (const auto comma = text.find(','); comma != std::string::npos) text[comma] = '.';
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || end != text.data() + text.size()) {
            throw BadAnswer{std::string("type:") + name};
        }
    } else {
        throw BadAnswer{std::string("type:") + name};
    }
    if (!(number >= least && number <= most)) throw BadAnswer{std::string("range:") + name};
    return number;
}

bool AnswerReader::YesOrNo(const char* name) const {
    const json::value& value = Member(name);
    if (value.is_bool()) return value.get_bool();
    if (value.is_string()) {
        const std::string text = base::FoldText(value.as_string());
        if (text == "sim" || text == "true") return true;
        if (text == "nao" || text == "false") return false;
    }
    throw BadAnswer{std::string("type:") + name};
}

std::string AnswerReader::OneOf(const char* name, std::span<const std::string_view> known) const {
    const std::string folded = base::FoldText(Text(name, kLineBytesMax));
    if (std::ranges::count(known, folded) > 0) return folded;
    throw BadAnswer{std::string("enum:") + name};
}

std::vector<std::string> AnswerReader::Texts(const char* name) const {
    const json::value& value = Member(name);
    if (!value.is_array()) throw BadAnswer{std::string("type:") + name};
    std::vector<std::string> texts;
    for (const json::value& item : value.as_array()) {
        if (!item.is_string()) throw BadAnswer{std::string("type:") + name};
        std::string text = Clean(item.as_string(), name, kLineBytesMax);
        if (!text.empty() && texts.size() < kItemsMax) texts.push_back(std::move(text));
    }
    return texts;
}

const json::value& AnswerReader::Member(const char* name) const {
    const json::value* value = answer_.if_contains(name);
    if (value == nullptr) throw BadAnswer{std::string("missing:") + name};
    return *value;
}

std::string AnswerReader::Clean(std::string_view text, const char* name,
                                std::size_t bytes_max) const {
    if (text.size() > bytes_max) throw BadAnswer{std::string("too_long:") + name};
    std::string scratch;
    std::string clean = mask_.Restore(base::SafeText(text, scratch));
    const auto begin = clean.find_first_not_of(" \t\r\n");
    if (begin == std::string::npos) return "";
    return clean.substr(begin, clean.find_last_not_of(" \t\r\n") - begin + 1);
}

}  // namespace geniai::analysis
