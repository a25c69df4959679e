#pragma once

#include <string>
#include <utility>

namespace geniai::base {

// Text that must not reach a log or a screen by accident: it has no stream or format operator, and
// whoever needs the text says Reveal().
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}

    const std::string& Reveal() const { return text_; }
    bool empty() const { return text_.empty(); }

private:
    std::string text_;
};

}  // namespace geniai::base
