#include <gtest/gtest.h>

#include <boost/json/error.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "base/error.h"
#include "base/safe_text.h"
#include "testing/hostile_text.h"
#include "warehouse/transcript.h"

namespace geniai::sync {
namespace {

constexpr std::uint64_t kRounds = 3'000;

TEST(TransformFuzzTest, AnyBytesBecomeTextThatCanBeStored) {
    std::string scratch;
    std::string scratch_again;
    for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
        testing::HostileText hostile(seed);
        std::string bytes = hostile.OneIn(2) ? hostile.Bytes() : hostile.Text();
        if (hostile.OneIn(3) && !bytes.empty()) bytes[hostile.Below(bytes.size())] = '\0';
        if (hostile.OneIn(3)) bytes.resize(bytes.size() - bytes.size() / 3);  // may cut a character
        const bool valid = base::IsValidUtf8(bytes) && bytes.find('\0') == std::string::npos;
        const std::string_view safe = base::SafeText(bytes, scratch);
        ASSERT_TRUE(base::IsValidUtf8(safe)) << "seed " << seed;
        ASSERT_EQ(safe.find('\0'), std::string_view::npos) << "seed " << seed;
        ASSERT_EQ(safe.data() == bytes.data(), valid) << "seed " << seed;
        ASSERT_EQ(base::SafeText(safe, scratch_again).data(), safe.data()) << "seed " << seed;
    }
}

TEST(TransformFuzzTest, ValidTextIsNotTouched) {
    std::string scratch;
    for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
        testing::HostileText hostile(seed);
        const std::string text = hostile.Text();
        ASSERT_EQ(base::SafeText(text, scratch).data(), text.data()) << "seed " << seed;
    }
}

TEST(TransformFuzzTest, AnyJsonBecomesJsonThatStaysAsItIs) {
    std::string scratch;
    std::string scratch_again;
    for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
        testing::HostileText hostile(seed);
        std::string json = hostile.OneIn(3) ? hostile.Json() : hostile.BrokenJson();
        if (hostile.OneIn(5) && !json.empty()) {
            json[hostile.Below(json.size())] = static_cast<char>(hostile.Below(256));
        }
        const std::string_view safe = base::SafeJson(json, scratch);
        ASSERT_TRUE(base::IsValidUtf8(safe)) << "seed " << seed;
        ASSERT_EQ(safe.find('\0'), std::string_view::npos) << "seed " << seed;
        ASSERT_EQ(base::SafeJson(safe, scratch_again), safe) << "seed " << seed;
    }
}

// Another reader of JSON than PostgreSQL: it refuses half pairs as well.
TEST(TransformFuzzTest, SafeJsonOfJsonIsJson) {
    std::string scratch;
    for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
        testing::HostileText hostile(seed);
        const std::string json = hostile.Json();
        boost::system::error_code error;
        boost::json::parse(std::string(base::SafeJson(json, scratch)), error);
        // Its own limits, which are below PostgreSQL's.
        if (error == boost::json::error::too_deep) continue;
        if (error == boost::json::error::exponent_overflow) continue;
        ASSERT_FALSE(error) << "seed " << seed << ": " << error.message();
    }
}

TEST(TransformFuzzTest, ATranscriptIsReadOrRefused) {
    std::string scratch;
    int read = 0;
    int messages = 0;
    for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
        testing::HostileText hostile(seed);
        const std::string json = hostile.OneIn(3) ? hostile.BrokenJson() : hostile.Json();
        for (const std::string_view text :
             {std::string_view(json), base::SafeJson(json, scratch)}) {
            try {
                messages += static_cast<int>(warehouse::ParseTranscript(text).size());
                ++read;
            } catch (const base::Error& error) {
                ASSERT_EQ(error.code(), base::ErrorCode::kInvalidInput) << "seed " << seed;
            }
        }
    }
    EXPECT_GT(read, 1'000);
    EXPECT_GT(messages, 1'000);
}

}  // namespace
}  // namespace geniai::sync
