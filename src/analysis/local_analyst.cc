#include "analysis/local_analyst.h"

#include <re2/re2.h>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <set>

#include "analysis/suggestion.h"
#include "base/fold.h"

namespace geniai::analysis {

namespace {

constexpr std::size_t kKeywordsMax = 6;
constexpr std::size_t kQuotesMax = 4;

struct Sign {
    const char* meaning;
    const char* pattern;  // on folded text
};

constexpr std::array kObjections{
    Sign{"preço", R"(\b(caro|cara|carinho|salgado|sem dinheiro|sem grana|apertad[oa]|fora do (meu )?orcamento|nao cabe|muito alto)\b)"},
    Sign{"tempo", R"(\b(sem tempo|falta de tempo|nao tenho tempo|correria|horario nao|nao (da|bate|consigo) (no|nesse|esse|o) horario|trabalho o dia)\b)"},
    Sign{"distância", R"(\b(longe|distante|outro bairro|outra cidade|fora de mao)\b)"},
    Sign{"dúvida", R"(\b(vou (pensar|ver|analisar|conversar)|preciso pensar|nao sei ainda|estou em duvida|talvez)\b)"},
};
constexpr Sign kHurry{"alta", R"(\b(hoje|agora|urgente|urgencia|o quanto antes|amanha|essa semana|esta semana|ja posso)\b)"};
constexpr Sign kNoHurry{"baixa", R"(\b(mes que vem|ano que vem|mais (pra|para) frente|futuramente|depois das ferias|sem pressa|so (pesquisando|curiosidade))\b)"};
constexpr const char* kName =
    R"((?i)(?:meu nome (?:é|e)|me chamo|pode me chamar de|aqui (?:é|e) (?:o|a)|sou (?:o|a))\s+([A-Za-z\x80-\xff]{2,}(?:\s+[A-Z\xc3][A-Za-z\x80-\xff]+){0,3}))";

bool Says(std::span<const SpokenLine> lines, const Sign& sign) {
    const RE2 pattern(sign.pattern);
    return std::ranges::any_of(lines, [&](const SpokenLine& line) {
        return line.from_customer && RE2::PartialMatch(base::FoldText(line.text), pattern);
    });
}

std::optional<std::string> NameGiven(std::span<const SpokenLine> lines) {
    static const RE2 pattern(kName, RE2::Latin1);
    for (const SpokenLine& line : lines) {
        std::string name;
        if (line.from_customer && RE2::PartialMatch(line.text, pattern, &name)) return name;
    }
    return std::nullopt;
}

// The words by which the rules knew the lead, those of an interest first.
struct Found {
    std::vector<warehouse::Quote> quotes;
    std::vector<std::string> keywords;
    bool asked_for_visit = false;
};

Found ReadEvidence(const warehouse::Lead& lead, std::span<const SpokenLine> lines) {
    Found found;
    std::set<std::string> seen;
    const boost::json::value evidence = boost::json::parse(lead.evidence);
    for (const auto& each : evidence.as_array()) {
        const std::string rule(each.at("rule").as_string());
        const std::string quote(each.at("quote").as_string());
        found.asked_for_visit = found.asked_for_visit || rule == "visit";
        const bool is_of_interest = rule != "category" && rule != "negative" && rule != "call";
        if (!is_of_interest || !seen.insert(base::FoldText(quote)).second) {
            continue;
        }
        if (found.keywords.size() < kKeywordsMax) found.keywords.push_back(quote);
        if (found.quotes.size() >= kQuotesMax) continue;
        if (auto real = FindQuote(lines, quote)) found.quotes.push_back(std::move(*real));
    }
    return found;
}

std::optional<std::string> InterestOf(std::string_view category) {
    if (category == "AGENDAMENTO") return "um horário";
    if (category == "PRECO_PLANOS") return "planos e valores";
    if (category == "INFORMACOES_GERAIS") return "os serviços";
    return std::nullopt;
}

bool WaitsForAnswer(std::span<const SpokenLine> lines) {
    return !lines.empty() && lines.back().from_customer;
}

int PriorityOf(const warehouse::Lead& lead, const Found& found, bool waits, bool hurries) {
    constexpr int kHigh = 70;
    constexpr int kMedium = 40;
    int priority = lead.score >= kHigh ? 4 : lead.score >= kMedium ? 3 : 2;
    if (found.asked_for_visit || lead.visit_scheduled) ++priority;
    if (waits || hurries || lead.awaits_call) ++priority;
    if (lead.band == "REMARKETING_FRIO") --priority;
    return std::clamp(priority, 0, 5);
}

std::string SummaryOf(const std::optional<std::string>& interest, const Found& found,
                      bool awaits_call, bool waits, const std::vector<std::string>& objections,
                      double idle_hours) {
    std::string summary = "Cliente interessado";
    if (interest) summary += " em " + *interest;
    if (!found.keywords.empty()) summary += " (“" + found.keywords.front() + "”)";
    summary += ". ";
    summary += awaits_call ? "Espera um retorno da equipe há "
               : waits     ? "A última mensagem é do cliente, que ficou sem resposta há "
                           : "Não respondeu à última mensagem da equipe, há ";
    summary += DescribeIdleTime(idle_hours) + ".";
    if (!objections.empty()) summary += " Objeção: " + objections.front() + ".";
    return summary;
}

std::string NextStepOf(bool awaits_call, bool waits, bool visit,
                       const std::vector<std::string>& objections) {
    if (awaits_call) return "Dar ao cliente o retorno que ele espera.";
    if (waits) return "Responder à última pergunta do cliente.";
    if (visit) return "Propor um horário e confirmar a visita.";
    if (!objections.empty()) return "Tratar a objeção (" + objections.front() + ") e retomar o contato.";
    return "Perguntar se ficou alguma dúvida e retomar o contato.";
}

}  // namespace

warehouse::LeadFindings AnalyseLocally(const warehouse::Lead& lead,
                                       std::span<const SpokenLine> lines) {
    constexpr double kConfidenceMin = 0.3;
    constexpr double kPerQuote = 0.1;
    const Found found = ReadEvidence(lead, lines);
    const bool waits = WaitsForAnswer(lines);
    const bool hurries = Says(lines, kHurry);
    warehouse::LeadFindings findings;
    for (const Sign& objection : kObjections) {
        if (Says(lines, objection)) findings.objections.emplace_back(objection.meaning);
    }
    findings.interest = InterestOf(lead.category);
    findings.customer_name = NameGiven(lines);
    findings.urgency = hurries ? "alta" : Says(lines, kNoHurry) ? "baixa" : "media";
    findings.priority = PriorityOf(lead, found, waits, hurries);
    findings.keywords = found.keywords;
    findings.evidence = found.quotes;
    findings.confidence =
        kConfidenceMin + kPerQuote * static_cast<double>(std::min(found.quotes.size(), kQuotesMax));
    findings.summary = SummaryOf(findings.interest, found, lead.awaits_call, waits,
                                 findings.objections, lead.idle_hours);
    findings.next_step = NextStepOf(lead.awaits_call, waits, found.asked_for_visit,
                                    findings.objections);
    findings.suggested_message =
        SuggestionByTemplate({findings.customer_name.value_or(lead.contact_name),
                              findings.interest.value_or(""), lead.tenant_name, lead.band,
                              lead.idle_hours});
    findings.message_source = "template";
    return findings;
}

}  // namespace geniai::analysis
