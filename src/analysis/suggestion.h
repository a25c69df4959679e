#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "analysis/spoken_lines.h"

namespace geniai::analysis {

// What a message to a silent lead is made of.
struct SuggestionFacts {
    std::string name;      // as the lead is called, or writes the own name; may be empty
    std::string interest;  // empty: unknown
    std::string company;
    std::string band;
    double idle_hours = 0;
};

// The template of the band, filled in. It promises nothing, and greets by the first name if it is one.
std::string SuggestionByTemplate(const SuggestionFacts& facts);

// "30 horas", "3 dias", "2 semanas", "1 mês": as people say how long ago something was.
std::string DescribeIdleTime(double hours);

// Why a message that a model has written cannot be sent, in one word; nothing: it can. It has a length,
// no variable that nobody fills in, and no price, offer, link or number that the team has not said
// itself.
std::optional<std::string> WhyNotSendable(std::string_view message,
                                          std::span<const SpokenLine> lines);

}  // namespace geniai::analysis
