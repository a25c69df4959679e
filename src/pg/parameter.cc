#include "pg/parameter.h"

namespace geniai::pg {

std::string TextArray(std::span<const std::string> elements) {
    std::string array = "{";
    for (const std::string& element : elements) {
        if (array.size() > 1) array += ',';
        array += '"';
        for (const char c : element) {
            if (c == '"' || c == '\\') array += '\\';
            array += c;
        }
        array += '"';
    }
    return array + "}";
}

}  // namespace geniai::pg
