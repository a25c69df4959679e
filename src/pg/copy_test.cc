#include "pg/copy.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace geniai::pg {
namespace {

std::string_view WithoutLineEnd(std::string_view row) {
    row.remove_suffix(1);
    return row;
}

TEST(CopyRowTest, WhatIsBuiltIsParsedBackWhateverTheText) {
    const std::string hostile = "tab\t new\nline \\N back\\slash \r \x01 ção 😀";
    CopyRow row;
    row.Add(std::string_view(hostile)).AddNull().Add(std::string_view("")).Add(std::int64_t{-7});
    CopyFields fields;
    fields.Parse(WithoutLineEnd(row.Finish()), 4);
    EXPECT_EQ(fields[0], hostile);
    EXPECT_EQ(fields[1], std::nullopt);
    EXPECT_EQ(fields[2], "");
    EXPECT_EQ(fields[3], "-7");
}

TEST(CopyRowTest, AnEmptyFirstFieldKeepsItsPlace) {
    CopyRow row;
    row.Add(std::string_view("")).Add(std::string_view("b"));
    EXPECT_EQ(row.Finish(), "\tb\n");
    row.Add(std::string_view("next"));
    EXPECT_EQ(row.Finish(), "next\n") << "a finished row starts the next one";
}

TEST(CopyRowTest, TheTextOfTheNullMarkerIsNotNull) {
    CopyRow row;
    row.Add(std::string_view("\\N"));
    CopyFields fields;
    fields.Parse(WithoutLineEnd(row.Finish()), 1);
    EXPECT_EQ(fields[0], "\\N");
}

TEST(CopyFieldsTest, AnotherNumberOfFieldsIsAnError) {
    CopyFields fields;
    EXPECT_THROW(fields.Parse("a\tb", 3), base::Error);
    EXPECT_THROW(fields.Parse("a\tb\tc\td", 3), base::Error);
    fields.Parse("a\tb\t", 3);
    EXPECT_EQ(fields[2], "");
}

TEST(CopyFieldsTest, ABackslashAtTheEndEndsTheField) {
    CopyFields fields;
    fields.Parse("a\\", 1);
    EXPECT_EQ(fields[0], "a");
}

}  // namespace
}  // namespace geniai::pg
