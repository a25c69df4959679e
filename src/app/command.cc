#include "app/command.h"

#include <charconv>

#include "base/error.h"

namespace geniai::app {

bool Arguments::Has(std::string_view name) const {
    return values_.contains(name);
}

std::optional<std::string> Arguments::Text(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) return std::nullopt;
    return found->second;
}

std::optional<std::int64_t> Arguments::Integer(std::string_view name) const {
    const auto text = Text(name);
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    const char* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, value);
    if (error != std::errc() || stop != end) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "--" + std::string(name) + " needs a whole number, not '" + *text + "'");
    }
    return value;
}

int Arguments::WholeUpTo(std::string_view name, std::int64_t max, std::int64_t otherwise) const {
    const std::int64_t value = Integer(name).value_or(otherwise);
    if (value >= 1 && value <= max) return static_cast<int>(value);
    throw base::Error(base::ErrorCode::kInvalidInput, "--" + std::string(name) +
                                                          " must be between 1 and " +
                                                          std::to_string(max));
}

std::string Arguments::RequireText(std::string_view name) const {
    if (auto text = Text(name)) return *text;
    throw base::Error(base::ErrorCode::kInvalidInput, "--" + std::string(name) + " is missing");
}

std::int64_t Arguments::RequireInteger(std::string_view name) const {
    if (const auto value = Integer(name)) return *value;
    throw base::Error(base::ErrorCode::kInvalidInput, "--" + std::string(name) + " is missing");
}

void Arguments::Set(std::string_view name, std::string value) {
    values_.insert_or_assign(std::string(name), std::move(value));
}

}  // namespace geniai::app
