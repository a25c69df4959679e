#include "analysis/remarketing_answer.h"

#include <array>
#include <cmath>
#include <optional>

namespace geniai::analysis {

namespace {

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
    const boost::json::object object = ParseAnswer(answer);
    const AnswerReader reader(object, mask);
    warehouse::LeadFindings findings;
    findings.summary = reader.Text("resumo", kParagraphBytesMax);
    if (findings.summary.empty()) return BadAnswer{"empty:resumo"};
    findings.suggested_message = reader.OptionalText("mensagem_sugerida", kParagraphBytesMax);
    findings.priority = static_cast<int>(std::lround(reader.Number("prioridade", 0, 5)));
    findings.keywords = reader.Texts("palavras_chave");
    findings.confidence = reader.Number("confianca", 0, 1);
    findings.interest = reader.OptionalText("interesse", kLineBytesMax);
    findings.objections = reader.Texts("objecoes");
    findings.urgency = reader.OneOf("urgencia", kUrgencies);
    findings.next_step = reader.OptionalText("proximo_passo", kLineBytesMax);
    findings.customer_name = reader.OptionalText("nome_cliente", kLineBytesMax);
    findings.evidence = KeepRealQuotes(lines, reader.Texts("evidencias"), findings.confidence);
    KeepRealName(findings, lines);
    ChooseMessage(findings, lines, std::move(facts));
    return findings;
} catch (const BadAnswer& bad) {
    return bad;
}

}  // namespace geniai::analysis
