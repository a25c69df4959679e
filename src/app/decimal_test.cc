#include "app/decimal.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace geniai::app {
namespace {

TEST(DecimalTest, AnAmountIsReadExactly) {
    EXPECT_EQ(ParseMicros("--brl", "12"), 12'000'000);
    EXPECT_EQ(ParseMicros("--brl", "12.50"), 12'500'000);
    EXPECT_EQ(ParseMicros("--brl", "0,000001"), 1);
    EXPECT_EQ(ParseMicros("--brl", "999999999999.999999"), 999'999'999'999'999'999);
}

TEST(DecimalTest, WhatIsNoAmountIsRefused) {
    for (const char* text : {"", "-1", "1.", ".5", "1.2.3", "1e3", "0.0000001", "1000000000000", " 1",
                             "R$ 5", "1.000,00", "nan"}) {
        EXPECT_THROW(ParseMicros("--brl", text), base::Error) << text;
    }
    for (const char* text : {"", "-1", "1.5", "1234567890123"}) {
        EXPECT_THROW(ParseWhole("--value", text), base::Error) << text;
    }
}

TEST(DecimalTest, MillionthsAreWrittenWithoutEmptyDecimals) {
    EXPECT_EQ(FormatMillionths(12'000'000), "12");
    EXPECT_EQ(FormatMillionths(150'000), "0.15");
    EXPECT_EQ(FormatMillionths(1), "0.000001");
}

}  // namespace
}  // namespace geniai::app
