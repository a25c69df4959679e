#include "demo/people.h"

#include <algorithm>
#include <array>
#include <utility>

namespace geniai::demo {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kWomen{"Camila"sv,     "Juliana"sv,   "Patrícia"sv,  "Larissa"sv, "Vanessa"sv,
                            "Aline"sv,      "Fernanda"sv,  "Priscila"sv,  "Débora"sv,  "Simone"sv,
                            "Cristiane"sv,  "Tatiane"sv,   "Beatriz"sv,   "Natália"sv, "Mônica"sv,
                            "Letícia"sv,    "Jéssica"sv,   "Gabriela"sv,  "Adriana"sv, "Sabrina"sv,
                            "Elisângela"sv, "Bianca"sv,    "Rosângela"sv, "Kelly"sv,   "Yasmin"sv,
                            "Viviane"sv,    "Ana Clara"sv, "Sueli"sv,     "Ingrid"sv,  "Michele"sv};

constexpr std::array kMen{"Rodrigo"sv,    "Felipe"sv,   "Anderson"sv, "Bruno"sv,  "Thiago"sv,
                          "Gustavo"sv,    "Leandro"sv,  "Marcelo"sv,  "Rafael"sv, "Diego"sv,
                          "Eduardo"sv,    "Vinícius"sv, "Sérgio"sv,   "André"sv,  "Fábio"sv,
                          "Renato"sv,     "Luciano"sv,  "Márcio"sv,   "Caio"sv,   "Otávio"sv,
                          "João Pedro"sv, "Murilo"sv,   "Igor"sv,     "Wesley"sv, "Cláudio"sv,
                          "Douglas"sv,    "Heitor"sv,   "Matheus"sv,  "Paulo"sv,  "Danilo"sv};

constexpr std::array kFamilyNames{
    "Azevedo"sv, "Barreto"sv,   "Cardoso"sv,   "Dantas"sv,    "Esteves"sv, "Figueira"sv,
    "Galvão"sv,  "Henriques"sv, "Itaparica"sv, "Jardim"sv,    "Klein"sv,   "Lacerda"sv,
    "Machado"sv, "Nogueira"sv,  "Ornelas"sv,   "Pacheco"sv,   "Queiroz"sv, "Rezende"sv,
    "Sampaio"sv, "Teles"sv,     "Uchoa"sv,     "Valadares"sv, "Xavier"sv,  "Zanetti"sv,
    "Amorim"sv,  "Brandão"sv,   "Coutinho"sv,  "Duarte"sv,    "Fonseca"sv, "Guerra"sv,
    "Holanda"sv, "Junqueira"sv, "Leal"sv,      "Moraes"sv,    "Novaes"sv,  "Paiva"sv,
    "Rangel"sv,  "Siqueira"sv,  "Toledo"sv,    "Vilela"sv};

constexpr std::array kAreaCodes{"11"sv, "21"sv, "31"sv, "41"sv, "51"sv, "61"sv, "71"sv, "81"sv};

constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kAbbreviations{{
    {"você", "vc"},
    {"vocês", "vcs"},
    {"quanto", "qto"},
    {"também", "tbm"},
    {"não", "nao"},
    {"obrigada", "obg"},
    {"obrigado", "obg"},
    {"porque", "pq"},
    {"hoje", "hj"},
    {"quando", "qdo"},
    {"muito", "mto"},
    {"beleza", "blz"},
    {"agora", "agr"},
    {"está", "ta"},
    {"comigo", "cmg"},
    {"mensagem", "msg"},
    {"depois", "dps"},
    {"mesmo", "msm"},
}};

// Lower case of ASCII and of the Latin letters that Portuguese has.
std::string SmallLetters(std::string_view text) {
    std::string out(text);
    for (std::size_t at = 0; at < out.size(); ++at) {
        const auto byte = static_cast<unsigned char>(out[at]);
        if (byte >= 'A' && byte <= 'Z') {
            out[at] = static_cast<char>(byte + 32);
        } else if (byte == 0xC3 && at + 1 < out.size()) {
            const auto next = static_cast<unsigned char>(out[++at]);
            if (next >= 0x80 && next <= 0x9E && next != 0x97)
                out[at] = static_cast<char>(next + 32);
        }
    }
    return out;
}

// The letter without its accent, or NUL. `second` is the second byte of a small letter
// U+00E0…U+00FF.
char PlainLetter(unsigned char second) {
    constexpr std::string_view kPlain = "aaaaaa\0ceeeeiiii\0nooooo\0\0uuuuy\0y"sv;
    return second >= 0xA0 && second < 0xA0 + kPlain.size() ? kPlain[second - 0xA0] : '\0';
}

std::string WithoutAccents(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool latin = static_cast<unsigned char>(text[at]) == 0xC3 && at + 1 < text.size();
        const char plain = latin ? PlainLetter(static_cast<unsigned char>(text[at + 1])) : '\0';
        out += plain == '\0' ? text[at] : plain;
        if (plain != '\0') ++at;
    }
    return out;
}

bool EndsWord(char c) {
    return c == ' ' || c == ',' || c == '.' || c == '!' || c == '?' || c == '\n';
}

std::string WithAbbreviations(std::string_view text) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = at;
        while (end < text.size() && !EndsWord(text[end]))
            ++end;
        const std::string_view word = text.substr(at, end - at);
        const auto* const found =
            std::find_if(kAbbreviations.begin(), kAbbreviations.end(),
                         [word](const auto& entry) { return entry.first == word; });
        out += found == kAbbreviations.end() ? word : found->second;
        if (end < text.size()) out += text[end++];
        at = end;
    }
    return out;
}

// The word for thanks depends on who says it.
std::string WithThanksOf(const Person& person, std::string_view text) {
    std::string out(text);
    constexpr std::string_view kThanks = "brigad";
    for (std::size_t at = out.find(kThanks); at != std::string::npos;
         at = out.find(kThanks, at + 1)) {
        const std::size_t ending = at + kThanks.size();
        const bool fits = ending < out.size() && (out[ending] == 'a' || out[ending] == 'o');
        if (fits) out[ending] = person.woman ? 'a' : 'o';
    }
    return out;
}

std::string EmailFor(std::string_view first_name, std::string_view family, std::int64_t id) {
    std::string email = WithoutAccents(SmallLetters(first_name)) + "." +
                        WithoutAccents(SmallLetters(family)) + std::to_string(id % 100'000);
    std::erase(email, ' ');
    // The block keeps two people of one name apart, which Chatwoot's unique index asks for.
    if (id >= 100'000) email += "." + std::to_string(id / 100'000);
    return email + (id % 2 == 0 ? "@example.com" : "@example.org");
}

std::string PhoneOf(std::int64_t id) {
    const std::int64_t area = id % static_cast<std::int64_t>(kAreaCodes.size());
    const std::int64_t rest = id / static_cast<std::int64_t>(kAreaCodes.size());
    // 7919 shares no factor with 10,000: the last four digits look shuffled and never repeat.
    const std::int64_t last = (rest % 10'000 * 7919 + 13) % 10'000;
    const std::string digits = std::to_string(10'000 + last).substr(1);
    return "+55" + std::string(kAreaCodes[static_cast<std::size_t>(area)]) + "900" +
           std::to_string(rest / 100'000 % 10) + std::to_string(rest / 10'000 % 10) + digits;
}

}  // namespace

Person PersonOf(std::int64_t contact_id) {
    SeededRandom random(0x9E0F1E5ULL + static_cast<std::uint64_t>(contact_id));
    const bool woman = random.Percent(58);
    const std::string_view first =
        woman ? kWomen[random.Index(kWomen.size())] : kMen[random.Index(kMen.size())];
    const std::string_view family = kFamilyNames[random.Index(kFamilyNames.size())];
    Person person;
    person.woman = woman;
    person.phone = PhoneOf(contact_id);
    const std::int64_t naming = random.Below(100);
    if (naming >= 7) person.first_name = first;
    if (naming >= 25) {
        person.name = std::string(first) + " " + std::string(family);
    } else if (naming >= 10) {
        person.name = first;
    } else if (naming >= 7) {
        person.name = SmallLetters(first) + " 🌻";  // what people call themselves on WhatsApp
    }
    if (random.Percent(18)) person.email = EmailFor(first, family, contact_id);
    const std::int64_t typing = random.Below(100);
    person.style = typing < 45   ? WritingStyle::kCareful
                   : typing < 75 ? WritingStyle::kQuick
                                 : WritingStyle::kAbbreviated;
    return person;
}

std::string TypedBy(const Person& person, std::string_view text, SeededRandom& random) {
    std::string typed = WithThanksOf(person, text);
    if (person.style == WritingStyle::kCareful || text.empty()) return typed;
    typed = SmallLetters(typed);
    if (typed.back() == '.') typed.pop_back();
    if (person.style == WritingStyle::kAbbreviated)
        typed = WithoutAccents(WithAbbreviations(typed));
    if (random.Percent(3)) typed += " 😊";
    return typed;
}

}  // namespace geniai::demo
