#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace geniai::warehouse {

// A quote of the customer that supports a finding, as it stands in the message.
struct Quote {
    std::int64_t message_id = 0;
    std::string text;
};

// As JSON: [{"message_id": 7, "quote": "…"}].
std::string EncodeQuotes(const std::vector<Quote>& quotes);
std::vector<Quote> DecodeQuotes(std::string_view json);

// A JSON array of texts.
std::vector<std::string> DecodeTexts(std::string_view json);

}  // namespace geniai::warehouse
