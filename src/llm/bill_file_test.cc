#include "llm/bill_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace geniai::llm {
namespace {

const std::string kHeader = "day,model,input_tokens,cached_input_tokens,output_tokens,usd\n";

TEST(BillFileTest, ALineIsADayAndAModel) {
    const auto bill =
        ParseBill(kHeader + "2026-03-01,gpt-4o-mini,1000,200,50,0.00016500\n", "bill.csv");
    ASSERT_EQ(bill.size(), 1U);
    EXPECT_EQ(bill[0].day, "2026-03-01");
    EXPECT_EQ(bill[0].model, "gpt-4o-mini");
    EXPECT_EQ(bill[0].input_tokens, 1'000);
    EXPECT_EQ(bill[0].cached_input_tokens, 200);
    EXPECT_EQ(bill[0].output_tokens, 50);
    EXPECT_DOUBLE_EQ(bill[0].usd, 0.000165);
}

TEST(BillFileTest, ColumnsComeInAnyOrderWithOthersBetween) {
    const auto bill = ParseBill(
        "\xEF\xBB\xBFusd,project,model,day,output_tokens,input_tokens,"
        "cached_input_tokens\r\n"
        "\"1.5\",\"a, \"\"b\"\"\",m,2026-03-01,3,2,1\r\n\r\n",
        "bill.csv");
    ASSERT_EQ(bill.size(), 1U);
    EXPECT_EQ(bill[0].input_tokens, 2);
    EXPECT_EQ(bill[0].output_tokens, 3);
    EXPECT_DOUBLE_EQ(bill[0].usd, 1.5);
}

TEST(BillFileTest, JsonHasTheSameNames) {
    const auto bill = ParseBill(R"([{"day": "2026-03-01", "model": "m", "input_tokens": 2,
        "cached_input_tokens": 1, "output_tokens": 3, "usd": 0.1}])",
                                "bill.json");
    ASSERT_EQ(bill.size(), 1U);
    EXPECT_EQ(bill[0].cached_input_tokens, 1);
    EXPECT_DOUBLE_EQ(bill[0].usd, 0.1);
}

struct BadBill {
    std::string text;
    std::string problem;
};

TEST(BillFileTest, WhatDoesNotFitIsToldWithItsLine) {
    const std::string good = "2026-03-01,m,1,0,1,0.1\n";
    const std::string object = R"({"day": "2026-03-01", "model": "m{", "input_tokens": 2,)"
                               "\n"
                               R"("cached_input_tokens": 1, "output_tokens": 3, "usd": )";
    for (const BadBill& bad : std::vector<BadBill>{
             {"", "bill line 1: the bill has no lines"},
             {kHeader, "bill line 1: the bill has no lines"},
             {"day,model\n" + good, "bill line 1: the first line has to name the columns"},
             {kHeader + good + "2026-02-30,m,1,0,1,0.1\n", "bill line 3: day must be a date"},
             {kHeader + "yesterday,m,1,0,1,0.1\n", "bill line 2: day must be a date"},
             {kHeader + "2026-03-01,,1,0,1,0.1\n", "bill line 2: model is empty"},
             {kHeader + "\n2026-03-01,m,1.5,0,1,0.1\n",
              "bill line 3: input_tokens must be a whole"},
             {kHeader + "2026-03-01,m,-1,0,1,0.1\n", "bill line 2: input_tokens must be a whole"},
             {kHeader + "2026-03-01,m,1,2,1,0.1\n", "bill line 2: cached_input_tokens are part of"},
             {kHeader + "2026-03-01,m,1,0,x,0.1\n",
              "output_tokens must be a whole number, not 'x'"},
             {kHeader + "2026-03-01,m,1,0,1,nan\n", "bill line 2: usd must be an amount"},
             {kHeader + "2026-03-01,m,1,0,1\n", "there are 5 fields where the first line names 6"},
             {kHeader + "2026-03-01,\"m,1,0,1,1\n", "bill line 2: a quote is not closed"},
             {"[\n" + object + "1},\n" + object + "-1}]", "bill line 4: usd must be an amount"},
             {"[\n" + object + "1},\n 7]", "the list must have nothing but objects"},
             {"[\n" + object + "1},\n nonsense]", "bill line 4: this is no JSON"},
             {"[{\"day\": \"2026-03-01\"}]", "bill line 1: there is no 'model'"},
             {"{\"a\": 1}", "bill line 1: the file has to be a list"}}) {
        try {
            ParseBill(bad.text, "bill");
            ADD_FAILURE() << "this was taken: " << bad.text;
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code(), base::ErrorCode::kInvalidInput);
            EXPECT_THAT(error.what(), ::testing::HasSubstr(bad.problem));
        }
    }
}

}  // namespace
}  // namespace geniai::llm
