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

std::string IntegerArray(std::span<const std::int64_t> elements) {
    std::string list = "{";
    for (const std::int64_t element : elements) {
        if (list.size() > 1) list += ',';
        list += std::to_string(element);
    }
    return list + "}";
}

}  // namespace geniai::pg
