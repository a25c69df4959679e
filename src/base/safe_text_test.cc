#include "base/safe_text.h"

#include <gtest/gtest.h>

namespace geniai::base {
namespace {

using namespace std::string_literals;

std::string Safe(const std::string& text) {
    std::string scratch;
    return std::string(SafeText(text, scratch));
}

std::string SafeJsonOf(const std::string& json) {
    std::string scratch;
    return std::string(SafeJson(json, scratch));
}

TEST(SafeTextTest, ValidTextComesBackWithoutACopy) {
    const std::string text = "Olá, amanhã às 10h? 😀 \x01\x1b";
    std::string scratch;
    EXPECT_EQ(SafeText(text, scratch).data(), text.data());
    EXPECT_TRUE(scratch.empty());
}

TEST(SafeTextTest, DropsNulBytes) {
    EXPECT_EQ(Safe("a\0b\0"s), "ab");
    EXPECT_EQ(Safe("\0"s), "");
}

TEST(SafeTextTest, ReplacesEachBrokenByte) {
    EXPECT_EQ(Safe("a\xFFz"), "a\xEF\xBF\xBDz");
    EXPECT_EQ(Safe("cut \xC3"), "cut \xEF\xBF\xBD");
    EXPECT_EQ(Safe("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD") << "a surrogate";
    EXPECT_EQ(Safe("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD") << "an overlong NUL";
    EXPECT_EQ(Safe("\xF4\x90\x80\x80").size(), 12U) << "beyond U+10FFFF";
    EXPECT_TRUE(IsValidUtf8(Safe("12345678\x80 and more than a word of text \xE2\x82")));
}

TEST(SafeJsonTest, ReplacesTheEscapesThatJsonbRefuses) {
    EXPECT_EQ(SafeJsonOf(R"({"a":"x\u0000y"})"), R"({"a":"x\ufffdy"})");
    EXPECT_EQ(SafeJsonOf(R"(["\uD83D"])"), R"(["\ufffd"])");
    EXPECT_EQ(SafeJsonOf(R"(["\uDE00\uD83D"])"), R"(["\ufffd\ufffd"])");
}

TEST(SafeJsonTest, KeepsPairsAndEscapedBackslashes) {
    const std::string pair = R"(["\ud83d\ude00"])";
    EXPECT_EQ(SafeJsonOf(pair), pair);
    const std::string text = R"(["C:\\u0000 and \\\\ and \n \u00e7"])";
    EXPECT_EQ(SafeJsonOf(text), text) << "a backslash that is text, then u0000 that is text";
    EXPECT_EQ(SafeJsonOf(R"(["\\\u0000"])"), R"(["\\\ufffd"])");
}

TEST(SafeJsonTest, SurvivesTextThatEndsInTheMiddleOfAnEscape) {
    EXPECT_EQ(SafeJsonOf(R"(\u0000\u00)"), R"(\ufffd\u00)");
    EXPECT_EQ(SafeJsonOf("\\u0000\\"), "\\ufffd\\");
    EXPECT_EQ(SafeJsonOf(R"(\ud83d\u)"), R"(\ufffd\u)");
}

TEST(SafeJsonTest, MendsBrokenBytesAndEscapesTogether) {
    EXPECT_EQ(SafeJsonOf("[\"\xFF\"]"), "[\"\xEF\xBF\xBD\"]");
    EXPECT_EQ(SafeJsonOf("[\"\xFF\\u0000\"]"), "[\"\xEF\xBF\xBD\\ufffd\"]");
}

TEST(SafeJsonTest, ANumberThatNumericCannotHoldBecomesAString) {
    EXPECT_EQ(SafeJsonOf(R"([1e131072,-2E+400000, 5])"), R"(["1e131072","-2E+400000", 5])");
    EXPECT_EQ(SafeJsonOf(R"({"a":1e-16384})"), R"({"a":"1e-16384"})");
    EXPECT_EQ(SafeJsonOf("[1e99999999999999999999]"), R"(["1e99999999999999999999"])");
    const std::string whole(131'073, '9');
    EXPECT_EQ(SafeJsonOf("[" + whole + "]"), "[\"" + whole + "\"]");
}

TEST(SafeJsonTest, NumbersThatFitAndTextThatLooksLikeOneStay) {
    for (const std::string json :
         {R"([1e131071,1e-16383,0e131072,12345678901234567890])", R"(["1e999999",{"e123456":1}])",
          R"(["\"1e999999"])", R"([0.00001e131076])", "1e99999x", "\"1e999999", "1e99999-",
          "-", "e12345"}) {
        EXPECT_EQ(SafeJsonOf(json), json);
    }
    EXPECT_EQ(SafeJsonOf(std::string(131'072, '9')), std::string(131'072, '9'));
}

TEST(SafeJsonTest, MendsNumbersAndEscapesTogether) {
    EXPECT_EQ(SafeJsonOf("[1e999999,\"\xFF\\u0000\"]"),
              "[\"1e999999\",\"\xEF\xBF\xBD\\ufffd\"]");
}

TEST(CutTextTest, NeverCutsInsideACharacter) {
    EXPECT_EQ(CutText("ação", 10), "ação");
    EXPECT_EQ(CutText("ação", 6), "ação");
    EXPECT_EQ(CutText("ação", 5), "açã");
    EXPECT_EQ(CutText("ação", 2), "a");
    EXPECT_EQ(CutText("🎉", 3), "");
    EXPECT_EQ(CutText("", 0), "");
}

}  // namespace
}  // namespace geniai::base
