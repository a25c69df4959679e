#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// A provider's usage export, as a file.
namespace geniai::llm {

// What a model was used for on one day of UTC, and what that cost.
struct DayUsage {
    std::string day;  // "2026-03-01"
    std::string model;
    std::int64_t input_tokens = 0;  // with the cached ones
    std::int64_t cached_input_tokens = 0;
    std::int64_t output_tokens = 0;
    double usd = 0;
};

// Reads a bill, the lines as they stand. A CSV file names its columns in its first line, in any
// order: day, model, input_tokens, cached_input_tokens, output_tokens, usd; others are passed over.
// A JSON file is a list of objects with those names. Throws base::Error(kInvalidInput) that says
// file and line.
std::vector<DayUsage> ParseBill(std::string_view text, const std::string& file);

}  // namespace geniai::llm
