#include "base/digest.h"

#include <sodium.h>

#include <array>

namespace geniai::base {

std::string DigestOf(std::string_view text) {
    std::array<unsigned char, 16> digest{};
    crypto_generichash(digest.data(), digest.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0);
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string encoded = "\\x";
    for (const unsigned char byte : digest) {
        encoded += kDigits[byte >> 4U];
        encoded += kDigits[byte & 0x0FU];
    }
    return encoded;
}

}  // namespace geniai::base
