#include "demo/conversation_script.h"

#include <gtest/gtest.h>
#include <set>

#include "base/error.h"
#include "demo/calendar.h"
#include "demo/company.h"
#include "demo/people.h"
#include "demo/trade_script.h"

namespace geniai::demo {
namespace {

constexpr std::string_view kSmallScript = R"(
@dia segunda|terça|quarta
@plano mensal|anual
= visit 3
C {Oi|Olá}, pode ser <dia>?
H pode sim<,nome>. <dia> então
C? ok
C+ [image] paguei
= sale 1
C [audio]
A+
H aqui é <eu>
)";

std::string AllText(const std::vector<SpokenLine>& lines) {
    std::string text;
    for (const SpokenLine& line : lines)
        text += line.text + "\n";
    return text;
}

TEST(ScriptBookTest, ReadsLinesWithTheirMarksAndAttachments) {
    const ScriptBook book{kSmallScript};
    ASSERT_EQ(book.scenarios().size(), 2U);
    const Scenario& visit = book.scenarios()[0];
    EXPECT_EQ(visit.kind, ScenarioKind::kVisit);
    EXPECT_EQ(visit.weight, 3);
    ASSERT_EQ(visit.lines.size(), 4U);
    EXPECT_TRUE(visit.lines[2].optional);
    EXPECT_TRUE(visit.lines[3].much_later);
    EXPECT_EQ(visit.lines[3].attachment, "image");
    EXPECT_EQ(visit.lines[3].text, "paguei");
    EXPECT_EQ(book.scenarios()[1].lines[0].text, "");
}

TEST(ScriptBookTest, RefusesWhatItCannotRead) {
    const std::vector<std::string_view> bad_scripts{
        "C antes do cenário",
        "= festa 1",
        "= visit",
        "= visit 0",
        "= visit dois",
        "= visit 1\nX oi",
        "= visit 1\nC",
        "= visit 1\nC! oi",
        "= visit 1\nC {oi|olá",
        "= visit 1\nC oi}",
        "= visit 1\nC <dia",
        "= visit 1\nC [image oi",
        "@dia",
        "= visit 1\nC <a<b>>",
    };
    for (const std::string_view script : bad_scripts) {
        EXPECT_THROW(ScriptBook{script}, base::Error) << script;
    }
}

TEST(ScriptBookTest, RefusesAKindOrASlotThatItDoesNotHave) {
    const ScriptBook book{kSmallScript};
    SeededRandom random(1);
    EXPECT_THROW(book.Choose(ScenarioKind::kCancel, random), base::Error);
    EXPECT_THROW(book.Values("hora"), base::Error);
    Narrator narrator(book, {}, random);
    EXPECT_THROW(narrator.Render("às <hora>"), base::Error);
}

TEST(ScriptBookTest, ChoosesByWeight) {
    const ScriptBook book{"= other 9\nC a\n= other 1\nC b\n"};
    SeededRandom random(7);
    int first = 0;
    for (int draw = 0; draw < 1'000; ++draw) {
        first += book.Choose(ScenarioKind::kOther, random).lines[0].text == "a" ? 1 : 0;
    }
    EXPECT_NEAR(first, 900, 40);
}

TEST(NarratorTest, KeepsASlotsValueThroughTheConversation) {
    const ScriptBook book{kSmallScript};
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        SeededRandom random(seed);
        Narrator narrator(book, {}, random);
        const std::string day = narrator.Render("<dia>");
        for (int again = 0; again < 5; ++again)
            EXPECT_EQ(narrator.Render("<dia>"), day);
    }
}

TEST(NarratorTest, AddressesThePersonOnlyIfTheNameIsKnown) {
    const ScriptBook book{kSmallScript};
    SeededRandom random(3);
    Narrator known(book, {"Ana", "Bia", 9}, random);
    EXPECT_EQ(known.Render("<Ola>! <Saud><,nome>, sou <eu>"), "Olá, Ana! Bom dia, Ana, sou Bia");
    Narrator unknown(book, {"", "Bia", 20}, random);
    EXPECT_EQ(unknown.Render("<Ola>! <saud><,nome>."), "Olá! boa noite.");
}

TEST(NarratorTest, TakesOneOfTheAlternativesAlsoInsideAnother) {
    const ScriptBook book{kSmallScript};
    SeededRandom random(11);
    Narrator narrator(book, {}, random);
    std::set<std::string> seen;
    for (int draw = 0; draw < 200; ++draw)
        seen.insert(narrator.Render("{a|b{1|2}|}"));
    EXPECT_EQ(seen, (std::set<std::string>{"a", "b1", "b2", ""}));
}

TEST(NarratorTest, LeavesOutOptionalLinesNowAndThen) {
    const ScriptBook book{kSmallScript};
    std::set<std::size_t> sizes;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        SeededRandom random(seed);
        sizes.insert(Narrator(book, {}, random).Tell(book.scenarios()[0]).size());
    }
    EXPECT_EQ(sizes, (std::set<std::size_t>{3, 4}));
}

TEST(NarratorTest, APauseMakesTheNextLineLate) {
    const ScriptBook book{kSmallScript};
    SeededRandom random(5);
    const std::vector<SpokenLine> lines =
        Narrator(book, {"", "Leo", 9}, random).Tell(book.scenarios()[1]);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].attachment, "audio");
    EXPECT_FALSE(lines[0].much_later);
    EXPECT_TRUE(lines[1].much_later);
    EXPECT_EQ(lines[1].text, "Aqui é Leo");
}

TEST(TradeScriptTest, EveryTradeHasEveryKindAndNothingUnresolved) {
    for (const Company& company : Companies()) {
        const ScriptBook& book = ScriptOf(company);
        std::set<ScenarioKind> kinds;
        for (const Scenario& scenario : book.scenarios()) {
            kinds.insert(scenario.kind);
            for (std::uint64_t seed = 0; seed < 20; ++seed) {
                SeededRandom random(seed);
                const std::string text =
                    AllText(Narrator(book, {"Ana", "Bia", 9}, random).Tell(scenario));
                EXPECT_EQ(text.find_first_of("{}|<>"), std::string::npos) << text;
            }
        }
        EXPECT_EQ(kinds.size(), std::size_t{kScenarioKinds}) << company.name;
    }
}

TEST(TradeScriptTest, EveryTradeHasTheSlotsThatAConversationAsksFor) {
    SeededRandom random(2);
    for (const Company& company : Companies()) {
        Narrator narrator(ScriptOf(company), {"Ana", "Bia", 9}, random);
        for (const char* const slot :
             {"menu", "handoff", "greeting", "away", "campaign", "note", "hello", "moment",
              "anything_else", "nothing_else", "label_lead", "label_visit", "label_sale",
              "label_support", "label_trouble"}) {
            EXPECT_FALSE(narrator.RenderSlot(slot).empty()) << company.name << " " << slot;
        }
    }
}

TEST(PeopleTest, NoTwoPeopleShareATelephoneAndAllAreInvented) {
    std::set<std::string> phones;
    for (const std::int64_t first : {1, 1'000'001, 7'900'000}) {
        for (std::int64_t id = first; id < first + 50'000; ++id) {
            const std::string phone = PersonOf(id).phone;
            EXPECT_EQ(phone.size(), 14U);
            EXPECT_EQ(phone.substr(5, 3), "900");
            phones.insert(phone);
        }
    }
    EXPECT_EQ(phones.size(), 150'000U);
}

TEST(PeopleTest, TypesAsThePersonWould) {
    SeededRandom random(1);
    Person person;
    person.woman = false;
    EXPECT_EQ(TypedBy(person, "Não, obrigada.", random), "Não, obrigado.");
    person.style = WritingStyle::kAbbreviated;
    const std::string typed = TypedBy(person, "Você não tem horário às 18h? Quanto É?", random);
    EXPECT_TRUE(typed.starts_with("vc nao tem horario as 18h? qto e?")) << typed;
}

TEST(CalendarTest, OpensOnTheNextWorkingDay) {
    const OpeningHours hours{.opens = 8, .closes = 18, .closes_saturday = 12};
    // 2026-03-06 is a Friday; 22:30 UTC is 19:30 in São Paulo.
    const Instant friday_evening = std::chrono::sys_days(std::chrono::year(2026) / 3 / 6) +
                                   std::chrono::hours(22) + std::chrono::minutes(30);
    EXPECT_FALSE(hours.IsOpen(friday_evening));
    EXPECT_EQ(TimestampText(hours.NextOpen(friday_evening)), "2026-03-07 11:00:00.000000");
    const Instant saturday_evening = friday_evening + std::chrono::days(1);
    EXPECT_EQ(TimestampText(hours.NextOpen(saturday_evening)), "2026-03-09 11:00:00.000000");
    EXPECT_TRUE(hours.IsOpen(hours.NextOpen(saturday_evening)));
}

TEST(CalendarTest, ArrivalsRiseAndEndBeforeNow) {
    const Instant end =
        std::chrono::sys_days(std::chrono::year(2026) / 3 / 6) + std::chrono::hours(15);
    const ArrivalCurve curve(end);
    Instant last = curve.At(0);
    for (int step = 1; step <= 1'000; ++step) {
        const Instant at = curve.At(step / 1'000.0);
        EXPECT_GE(at, last);
        last = at;
    }
    EXPECT_LE(last, end);
    EXPECT_GT(last, end - std::chrono::hours(2));
}

}  // namespace
}  // namespace geniai::demo
