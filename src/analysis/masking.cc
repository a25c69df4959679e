#include "analysis/masking.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

namespace geniai::analysis {

namespace {

// Thirteen to nineteen digits that a card could have, by the check digit that all cards have.
bool IsCardNumber(std::string_view text) {
    int sum = 0;
    int count = 0;
    for (auto at = text.rbegin(); at != text.rend(); ++at) {
        if (std::isdigit(static_cast<unsigned char>(*at)) == 0) continue;
        const int digit = *at - '0';
        const int doubled = 2 * digit > 9 ? 2 * digit - 9 : 2 * digit;
        sum += count++ % 2 == 1 ? doubled : digit;
    }
    return count >= 13 && count <= 19 && sum % 10 == 0;
}

// The two check digits of a CNPJ; a letter counts as its character code less 48, as a digit does.
bool IsCnpj(std::string_view text) {
    std::string signs;
    for (const char c : text) {
        const auto upper = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        if (std::isalnum(static_cast<unsigned char>(upper)) != 0) signs += upper;
    }
    constexpr std::size_t kLength = 14;
    if (signs.size() != kLength) return false;
    for (std::size_t checked = kLength - 2; checked < kLength; ++checked) {
        int sum = 0;
        int weight = 2;
        for (std::size_t i = checked; i-- > 0;) {
            sum += (signs[i] - '0') * weight;
            weight = weight == 9 ? 2 : weight + 1;
        }
        const int rest = sum % 11;
        if (signs[checked] - '0' != (rest < 2 ? 0 : 11 - rest)) return false;
    }
    return true;
}

struct Kind {
    const char* name;
    const char* pattern;  // its first group is what is hidden
    bool (*is_one)(std::string_view text) = nullptr;
};

// In the order in which they are looked for: what is longer, or surer, comes first. Patterns are of
// bytes, so that no text is too broken for them; bytes from 80 on are letters with accents.
constexpr std::array kKinds{
    // What looks like a placeholder in the customer's own words must not become somebody's data.
    Kind{"TEXTO", R"((\[[A-Z]+_\d+\]))"},
    Kind{"EMAIL", R"(([A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+))"},
    Kind{"PIX", R"(\b([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})\b)"},
    Kind{"CNPJ",
         R"(\b([0-9A-Za-z]{2}\.[0-9A-Za-z]{3}\.[0-9A-Za-z]{3}/[0-9A-Za-z]{4}-\d{2})\b)"},
    Kind{"CNPJ", R"(\b([0-9A-Za-z]{12}\d{2})\b)", IsCnpj},
    Kind{"CARTAO", R"(\b(\d{4}[ .-]\d{4}[ .-]\d{4}[ .-]\d{1,7})\b)"},
    Kind{"CARTAO", R"(\b(\d(?:[ .-]?\d){12,18})\b)", IsCardNumber},
    Kind{"CPF", R"(\b(\d{3}[. ]\d{3}[. ]\d{3}[-. ]?\d{2})\b)"},
    Kind{"CPF", R"(\b(\d{9}-\d{2})\b)"},
    Kind{"ENDERECO",
         R"((?i)(?:^|[^a-z\x80-\xff])((?:rua|r\.|avenida|av\.?|travessa|tv\.|alameda|al\.|pra(?:ç|Ç|c)a)"
         R"(|rodovia|rod\.|estrada|largo|quadra|qd\.?)\s+[a-z\d\x80-\xff][a-z\d\x80-\xff .'-]{1,60}?)"
         R"([, ]+(?:n(?:º|°|[o.])*\s*|n(?:ú|u)mero\s*)?\d{1,5}[a-z]?)"
         R"((?:\s*[,-]?\s*(?:apartamento|apto?\.?|bloco|bl\.?|casa|sala|lote|lt\.?|andar|conj\.?))"
         R"(\s*\.?\s*[\w-]{1,6})*))"},
    Kind{"CEP", R"(\b(\d{2}\.?\d{3}-\d{3})\b)"},
    Kind{"TELEFONE",
         R"((?:^|[^\d])((?:\+?55[ .-]?)?\(?0?\d{2}\)?[ .-]{0,2}9?[ .]?\d{4}[ .-]{0,2}\d{4})(?:[^\d]|$))"},
    Kind{"TELEFONE", R"((?:^|[^\d])(9?[ .]?\d{4}[ -]\d{4})(?:[^\d]|$))"},
    Kind{"NUMERO", R"((\+?\d{8,}))"},
};

struct Finder {
    explicit Finder(const Kind& of_kind) : kind(of_kind), pattern(of_kind.pattern, RE2::Latin1) {}
    const Kind& kind;
    RE2 pattern;
};

// Compiled once; there is nothing to configure.
const std::vector<std::unique_ptr<const Finder>>& Finders() {
    static const auto finders = [] {
        std::vector<std::unique_ptr<const Finder>> made;
        for (const Kind& kind : kKinds) made.push_back(std::make_unique<const Finder>(kind));
        return made;
    }();
    return finders;
}

}  // namespace

std::string Mask::Hide(std::string_view text) {
    std::string hidden(text);
    for (const auto& finder : Finders()) {
        std::string out;
        const re2::StringPiece whole(hidden);
        std::size_t done = 0;
        std::size_t at = 0;
        std::array<re2::StringPiece, 2> found;
        while (at <= hidden.size() && finder->pattern.Match(whole, at, hidden.size(), RE2::UNANCHORED,
                                                            found.data(), found.size())) {
            const auto begin = static_cast<std::size_t>(found[1].data() - hidden.data());
            const std::string_view value(found[1].data(), found[1].size());
            at = begin + value.size();
            if (finder->kind.is_one != nullptr && !finder->kind.is_one(value)) continue;
            out.append(hidden, done, begin - done);
            out += PlaceholderFor(finder->kind.name, value);
            done = at;
        }
        if (done == 0) continue;
        out.append(hidden, done);
        hidden = std::move(out);
    }
    return hidden;
}

std::string Mask::Restore(std::string_view text) const {
    std::string restored;
    while (!text.empty()) {
        const std::size_t begin = std::min(text.find('['), text.size());
        restored += text.substr(0, begin);
        text.remove_prefix(begin);
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) break;
        const auto value = values_.find(text.substr(0, end + 1));
        const std::size_t taken = value == values_.end() ? 1 : end + 1;
        restored += value == values_.end() ? text.substr(0, 1) : std::string_view(value->second);
        text.remove_prefix(taken);
    }
    return restored += text;
}

std::string Mask::PlaceholderFor(std::string_view kind, std::string_view value) {
    const std::string key = std::string(kind) + '\0' + std::string(value);
    const auto known = placeholders_.find(key);
    if (known != placeholders_.end()) return known->second;
    const auto count = counts_.emplace(kind, 0).first;
    std::string placeholder = "[" + std::string(kind) + "_" + std::to_string(++count->second) + "]";
    placeholders_.emplace(key, placeholder);
    values_.emplace(placeholder, value);
    return placeholder;
}

}  // namespace geniai::analysis
