#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace geniai::testing {

// What other systems deliver, and worse: material for fuzz tests. The same seed gives the same
// texts; a test makes one generator per round and names the seed when the round fails.
class HostileText {
public:
    explicit HostileText(std::uint64_t seed) : engine_(seed) {}

    // Any bytes but NUL; most are short, some have 100 kB.
    std::string Bytes();
    // Valid UTF-8 without NUL: all planes, control characters, and what COPY and JSON use as signs.
    std::string Text();
    // A JSON document that PostgreSQL's type json takes: with escapes that jsonb refuses, half
    // surrogate pairs, numbers out of range. Some look like transcripts.
    std::string Json();
    // The same with a few characters changed, lost, doubled or cut off.
    std::string BrokenJson();

    // A number from 0 to end - 1.
    std::size_t Below(std::size_t end) { return static_cast<std::size_t>(engine_() % end); }
    bool OneIn(std::size_t n) { return Below(n) == 0; }

private:
    std::size_t Length();
    std::string CodePoint();
    std::string JsonValue(int depth);
    std::string JsonString();
    std::string JsonNumber();
    std::string Transcript();
    void Break(std::string& json);

    std::mt19937_64 engine_;
};

}  // namespace geniai::testing
