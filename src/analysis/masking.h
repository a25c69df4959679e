#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace geniai::analysis {

// Hides personal data before text leaves for a model, and puts it back into the answer. One mask for
// one conversation: the same value has the same placeholder everywhere ("[CPF_1]"), so that the model
// can tell people and things apart. What stands behind the placeholders lives here and nowhere else.
//
// Hidden are CPF, CNPJ (also with letters), card numbers, telephone numbers, e-mail addresses, PIX keys,
// CEP, street addresses, and any other number of eight digits or more. In doubt, something is hidden.
class Mask {
public:
    std::string Hide(std::string_view text);

    // Placeholders that Hide() never gave out stay as they are.
    std::string Restore(std::string_view text) const;

    std::size_t size() const { return values_.size(); }

private:
    std::string PlaceholderFor(std::string_view kind, std::string_view value);

    std::map<std::string, std::string, std::less<>> placeholders_;  // by kind and value
    std::map<std::string, std::string, std::less<>> values_;        // by placeholder
    std::map<std::string, int, std::less<>> counts_;                // by kind
};

}  // namespace geniai::analysis
