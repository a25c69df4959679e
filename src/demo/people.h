#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "demo/seeded_random.h"

namespace geniai::demo {

// How somebody types on a telephone.
enum class WritingStyle {
    kCareful,
    kQuick,        // small letters, no full stop
    kAbbreviated,  // small letters, no accents, "vc", "qto"
};

// An invented person. Telephones are of the block 900xx-xxxx, e-mails of example.com and
// example.org.
struct Person {
    bool woman = false;
    std::string name;        // empty for somebody known by the telephone alone
    std::string first_name;  // as the team addresses the person; empty if unknown
    std::string phone;       // +5511900001234
    std::string email;       // empty for most
    WritingStyle style = WritingStyle::kCareful;
};

// The person behind a contact id: the same id is always the same person, and two ids below 8,000,000
// never share a telephone.
Person PersonOf(std::int64_t contact_id);

// The text as this person would type it. `random` decides where a habit shows.
std::string TypedBy(const Person& person, std::string_view text, SeededRandom& random);

}  // namespace geniai::demo
