#include "analysis/suggestion.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/fold.h"
#include "base/safe_text.h"

namespace geniai::analysis {

namespace {

constexpr std::size_t kLengthMin = 10;
constexpr std::size_t kLengthMax = 600;
constexpr std::size_t kInterestMax = 100;

struct Template {
    std::string_view band;
    std::string_view with_interest;
    std::string_view without_interest;
};

constexpr std::array kTemplates{
    Template{"REMARKETING_RECENTE",
             "Oi, {nome}! Tudo bem? Vi que você se interessou por {interesse}. Ficou alguma dúvida? "
             "Se quiser, continuo te ajudando por aqui.",
             "Oi, {nome}! Tudo bem? Nossa conversa ficou pela metade. Ficou alguma dúvida? Se quiser, "
             "continuo te ajudando por aqui."},
    Template{"REMARKETING_MEDIO",
             "Olá, {nome}! Aqui é da equipe {empresa}. Faz {tempo_inativo} que conversamos sobre {interesse}. "
             "Ainda faz sentido para você? Posso retomar de onde paramos.",
             "Olá, {nome}! Aqui é da equipe {empresa}. Faz {tempo_inativo} que conversamos. Ainda podemos "
             "ajudar? Posso retomar de onde paramos."},
    Template{"REMARKETING_FRIO",
             "Olá, {nome}. Aqui é da equipe {empresa}. Há {tempo_inativo} você nos procurou sobre {interesse}. "
             "Caso ainda tenha interesse, estamos à disposição para retomar a conversa quando for "
             "melhor para você.",
             "Olá, {nome}. Aqui é da equipe {empresa}. Há {tempo_inativo} você nos procurou. Caso ainda tenha "
             "interesse, estamos à disposição para retomar a conversa quando for melhor para você."},
};

void Fill(std::string& text, std::string_view variable, std::string_view value) {
    const std::size_t at = text.find(variable);
    if (at != std::string::npos) text.replace(at, variable.size(), value);
}

// "Ana" of "ana paula 🌻"; nothing of "~", "4 patas" or "+55 11 …".
std::string FirstName(const std::string& name) {
    static const RE2 pattern(R"(^\s*([\pL][\pL'’-]+)(?:\s|$))");
    std::string first;
    if (!RE2::PartialMatch(name, pattern, &first)) return "";
    if (first.front() >= 'a' && first.front() <= 'z') first.front() -= 'a' - 'A';
    return first;
}

std::string Count(double amount, const char* one, const char* many) {
    const long number = std::max(1L, std::lround(std::floor(amount)));
    return std::to_string(number) + " " + (number == 1 ? one : many);
}

std::string DigitsOf(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') digits += c;
    }
    return digits;
}

// What stands for a promise, on folded text. The first group is what the team must have said itself.
const RE2& Amount() {
    static const RE2 pattern(
        R"((\br\$ ?\d[\d.,]*|\b\d[\d.,]* ?(?:reais|real|conto|pila)s?\b|\b\d[\d.,]* ?%|\b\d+ ?x\b|\b\d{8,}))");
    return pattern;
}
const RE2& Offer() {
    static const RE2 pattern(
        R"(\b(gratis|gratuit|descont|promoc|cortesia|brinde|isenc|isent|sem custo|bonus|cashback|oferta|garantid|garantia|presente|sorteio|cupom|vaga|ultim)\w*)");
    return pattern;
}
const RE2& Link() {
    static const RE2 pattern(R"(((?:https?://|www\.)\S*[a-z0-9/]|\b[a-z0-9-]+\.(?:com|net|org|br|me|ly|io|app)\b))");
    return pattern;
}
const RE2& Variable() {
    static const RE2 pattern(R"([{}\[\]<>]|\$\w|%\w|__)");
    return pattern;
}

// Whether everything in the message that the pattern finds stands in what was said.
bool AllSaid(const RE2& pattern, std::string_view folded, const std::string& said) {
    re2::StringPiece rest(folded.data(), folded.size());
    std::string found;
    while (RE2::FindAndConsume(&rest, pattern, &found)) {
        if (said.find(found) == std::string::npos) return false;
    }
    return true;
}

// Numbers as digits alone, so that "R$ 1.200,00" equals "1200,00"; each ends with a blank.
std::string NumbersIn(std::string_view folded) {
    static const RE2 number(R"((\d[\d.,]*))");
    re2::StringPiece rest(folded.data(), folded.size());
    std::string numbers = " ";
    std::string found;
    while (RE2::FindAndConsume(&rest, number, &found)) numbers += DigitsOf(found) + " ";
    return numbers;
}

}  // namespace

std::string DescribeIdleTime(double hours) {
    constexpr double kDay = 24;
    constexpr double kWeek = 7 * kDay;
    constexpr double kMonth = 4 * kWeek;
    if (hours < 2 * kDay) return Count(hours, "hora", "horas");
    if (hours < kWeek) return Count(hours / kDay, "dia", "dias");
    if (hours < kMonth) return Count(hours / kWeek, "semana", "semanas");
    return Count(hours / kMonth, "mês", "meses");
}

std::string SuggestionByTemplate(const SuggestionFacts& facts) {
    const Template* chosen = &kTemplates.back();
    for (const Template& one : kTemplates) {
        if (one.band == facts.band) chosen = &one;
    }
    std::string text(facts.interest.empty() ? chosen->without_interest : chosen->with_interest);
    // From the end, so that what is filled in is not taken for a variable.
    Fill(text, "{interesse}", base::CutText(facts.interest, kInterestMax));
    Fill(text, "{tempo_inativo}", DescribeIdleTime(facts.idle_hours));
    Fill(text, facts.company.empty() ? " {empresa}" : "{empresa}", facts.company);
    const std::string name = FirstName(facts.name);
    Fill(text, name.empty() ? ", {nome}" : "{nome}", name);
    return text;
}

std::optional<std::string> WhyNotSendable(std::string_view message,
                                          std::span<const SpokenLine> lines) {
    if (message.size() < kLengthMin) return "too_short";
    if (message.size() > kLengthMax) return "too_long";
    const std::string folded = base::FoldText(message);
    const re2::StringPiece text(message.data(), message.size());
    if (RE2::PartialMatch(text, Variable())) return "variable";
    std::string said;
    for (const SpokenLine& line : lines) {
        if (!line.from_customer) said += base::FoldText(line.text) + "\n";
    }
    const std::string numbers = NumbersIn(said);
    re2::StringPiece rest(folded);
    std::string amount;
    while (RE2::FindAndConsume(&rest, Amount(), &amount)) {
        if (numbers.find(" " + DigitsOf(amount) + " ") == std::string::npos) return "price";
    }
    if (!AllSaid(Link(), folded, said)) return "link";
    if (!AllSaid(Offer(), folded, said)) return "offer";
    return std::nullopt;
}

}  // namespace geniai::analysis
