#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/strong_id.h"

namespace geniai::pg {

// One value for a $n, in PostgreSQL's text form; no text means NULL.
class Parameter {
public:
    Parameter(std::nullopt_t) {}                                      // NOLINT: conversions wanted
    Parameter(std::string_view text) : text_(std::string(text)) {}    // NOLINT
    Parameter(const std::string& text) : text_(text) {}               // NOLINT
    Parameter(const char* text) : text_(text) {}                      // NOLINT
    Parameter(std::int64_t value) : text_(std::to_string(value)) {}   // NOLINT
    Parameter(int value) : text_(std::to_string(value)) {}            // NOLINT
    Parameter(bool value) : text_(value ? "true" : "false") {}        // NOLINT
    Parameter(double value) : text_(std::to_string(value)) {}         // NOLINT
    template <class Tag>
    Parameter(base::StrongId<Tag> id) : text_(id.ToString()) {}       // NOLINT
    template <class T>
    Parameter(const std::optional<T>& value) {                        // NOLINT
        if (value) *this = Parameter(*value);
    }

    const char* c_str() const { return text_ ? text_->c_str() : nullptr; }

private:
    std::optional<std::string> text_;
};

// A text[] in PostgreSQL's text form, each element quoted.
std::string TextArray(std::span<const std::string> elements);

// A bigint[] in PostgreSQL's text form: "{1,2,3}".
std::string IntegerArray(std::span<const std::int64_t> elements);

}  // namespace geniai::pg
