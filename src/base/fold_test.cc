#include "base/fold.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>

namespace geniai::base {
namespace {

TEST(FoldTest, LowersCaseAndDropsAccents) {
    EXPECT_EQ(FoldText("Amanhã ÀS 10h"), "amanha as 10h");
    EXPECT_EQ(FoldText("AÇÃO çãõéíóúâêôü ÑŽœ"), "acao caoeiouaeou nzoe");
}

TEST(FoldTest, DropsCombiningAccents) {
    EXPECT_EQ(FoldText("amanha\xCC\x83 voce\xCC\x82s"), "amanha voces");
}

TEST(FoldTest, WritesTypographicCharactersInAscii) {
    EXPECT_EQ(FoldText("“oi”…2ª – d’água"), "\"oi\"...2a - d'agua");
    EXPECT_EQ(FoldText("ｐｉｘ"), "pix");
}

TEST(FoldTest, InvisibleCharactersDoNotSplitWords) {
    EXPECT_EQ(FoldText("agen\xE2\x80\x8B"
                       "dar"),
              "agendar");
    EXPECT_EQ(FoldText("pa\xC2\xADgo"), "pago");
}

TEST(FoldTest, EverythingElseBecomesOneSpace) {
    EXPECT_EQ(FoldText("a😀b"), "a b");
    EXPECT_EQ(FoldText("a中b"), "a b");
    EXPECT_EQ(FoldText(std::string_view("a\0b\tc", 5)), "a b c");
    EXPECT_EQ(FoldText("a\nb"), "a\nb");
}

TEST(FoldTest, TakesBytesThatAreNotUtf8) {
    EXPECT_EQ(FoldText("a\xC3"), "a ");
    EXPECT_EQ(FoldText("\xC3z"), " z");  // the byte after a cut sequence is its own character
    EXPECT_EQ(FoldText("\xF0\x9F\x98z"), "   z");
    EXPECT_EQ(FoldText("\xFF\x80\xC0\xAF"), "    ");
}

TEST(FoldTest, OffsetsPointToTheSourceCharacter) {
    const FoldedText folded = FoldTextWithOffsets("éœ😀x");
    EXPECT_EQ(folded.text, "eoe x");
    EXPECT_EQ(folded.source_offset, (std::vector<std::uint32_t>{0, 2, 2, 4, 8}));
}

TEST(FoldTest, AnyBytesGiveAsciiAndOrderedOffsets) {
    std::uint32_t state = 1;
    for (int round = 0; round < 2000; ++round) {
        std::string bytes;
        for (int i = 0; i < 40; ++i) {
            state = state * 1664525U + 1013904223U;
            bytes += static_cast<char>(state >> 24);
        }
        const FoldedText folded = FoldTextWithOffsets(bytes);
        ASSERT_EQ(folded.text, FoldText(bytes));
        ASSERT_EQ(folded.text.size(), folded.source_offset.size());
        for (std::size_t i = 0; i < folded.text.size(); ++i) {
            ASSERT_TRUE(folded.text[i] == '\n' || (folded.text[i] >= ' ' && folded.text[i] < 0x7F));
            ASSERT_LT(folded.source_offset[i], bytes.size());
            ASSERT_TRUE(i == 0 || folded.source_offset[i - 1] <= folded.source_offset[i]);
        }
    }
}

}  // namespace
}  // namespace geniai::base
