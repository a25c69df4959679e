#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "analysis/masking.h"

namespace geniai::analysis {

// Why an answer cannot be used: "not_an_object", "missing:resumo", "type:prioridade", "range:confianca",
// "enum:urgencia", "empty:resumo", "too_long:resumo".
struct BadAnswer {
    std::string cause;
};

inline constexpr std::size_t kParagraphBytesMax = 2'000;
inline constexpr std::size_t kLineBytesMax = 500;

// The JSON object of an answer, made safe for PostgreSQL; throws BadAnswer when it is none.
boost::json::object ParseAnswer(std::string_view answer);

// Reads the members of an answer; texts with what the mask hid, without NUL bytes and broken characters,
// without blanks around. Each function throws BadAnswer with the cause.
class AnswerReader {
public:
    // Both outlive the reader.
    AnswerReader(const boost::json::object& answer, const Mask& mask)
        : answer_(answer), mask_(mask) {}

    std::string Text(const char* name, std::size_t bytes_max) const;
    // Nothing for null, and for words that say nothing ("não informado").
    std::optional<std::string> OptionalText(const char* name, std::size_t bytes_max) const;
    // Also a number that was written as a text: "4", "0,8".
    double Number(const char* name, double least, double most) const;
    // Also "sim", "true" and the like as a text.
    bool YesOrNo(const char* name) const;
    std::string OneOf(const char* name, std::span<const std::string_view> known) const;
    std::vector<std::string> Texts(const char* name) const;

private:
    const boost::json::value& Member(const char* name) const;
    std::string Clean(std::string_view text, const char* name, std::size_t bytes_max) const;

    const boost::json::object& answer_;
    const Mask& mask_;
};

}  // namespace geniai::analysis
