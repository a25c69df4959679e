#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "pg/copy.h"
#include "testing/hostile_text.h"

namespace geniai::pg {
namespace {

constexpr std::uint64_t kRounds = 2'000;

using Fields = std::vector<std::optional<std::string>>;

Fields RandomFields(testing::HostileText& hostile) {
    Fields fields(1 + hostile.Below(8));
    for (auto& field : fields) {
        if (hostile.OneIn(6)) continue;
        field = hostile.OneIn(2) ? hostile.Bytes() : hostile.Text();
    }
    return fields;
}

TEST(CopyFuzzTest, WhatIsWrittenIsReadBack) {
    CopyRow row;
    CopyFields parsed;
    for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
        testing::HostileText hostile(seed);
        const Fields fields = RandomFields(hostile);
        for (const auto& field : fields) row.Add(std::optional<std::string_view>(field));
        std::string_view line = row.Finish();
        ASSERT_EQ(line.find('\n'), line.size() - 1) << "seed " << seed;
        line.remove_suffix(1);
        parsed.Parse(line, fields.size());
        for (std::size_t i = 0; i < fields.size(); ++i) {
            ASSERT_EQ(parsed[i], fields[i]) << "seed " << seed << ", field " << i;
        }
        EXPECT_THROW(parsed.Parse(line, fields.size() + 1), base::Error) << "seed " << seed;
        EXPECT_THROW(parsed.Parse(line, fields.size() - 1), base::Error) << "seed " << seed;
    }
}

TEST(CopyFuzzTest, RowsThatArePutTogetherKeepTheirFields) {
    CopyFields parsed;
    for (std::uint64_t seed = 0; seed < kRounds / 4; ++seed) {
        testing::HostileText hostile(seed);
        Fields fields = RandomFields(hostile);
        CopyRow head;
        for (const auto& field : fields) head.Add(std::optional<std::string_view>(field));
        const Fields more = RandomFields(hostile);
        CopyRow row;
        row.AddFields(head);
        for (const auto& field : more) row.Add(std::optional<std::string_view>(field));
        fields.insert(fields.end(), more.begin(), more.end());
        std::string_view line = row.Finish();
        line.remove_suffix(1);
        parsed.Parse(line, fields.size());
        for (std::size_t i = 0; i < fields.size(); ++i) ASSERT_EQ(parsed[i], fields[i]) << seed;
    }
}

// A server sends no such rows; what stands between it and us may.
TEST(CopyFuzzTest, AnyBytesAreReadOrRefused) {
    CopyFields parsed;
    int read = 0;
    for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
        testing::HostileText hostile(seed);
        std::string line = hostile.Bytes();
        if (hostile.OneIn(4) && !line.empty()) line[hostile.Below(line.size())] = '\0';
        try {
            parsed.Parse(line, hostile.Below(6));
            ++read;
        } catch (const base::Error& error) {
            ASSERT_EQ(error.code(), base::ErrorCode::kFailed) << "seed " << seed;
        }
    }
    EXPECT_GT(read, 100) << "some of them have the right number of fields";
}

TEST(CopyFuzzTest, ARowThatIsFinishedTwiceIsEmptyTheSecondTime) {
    CopyRow row;
    row.Add(std::string_view("a"));
    EXPECT_EQ(row.Finish(), "a\n");
    EXPECT_EQ(row.Finish(), "\n");
}

}  // namespace
}  // namespace geniai::pg
