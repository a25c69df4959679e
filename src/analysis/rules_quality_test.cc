// What the rules reach on the labelled set, and that no version of them reaches less than the one
// before. `make quality` records a new version in tests/labelled/quality.json; see docs/quality.md.
#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/labelled_set.h"
#include "analysis/rules.h"

namespace geniai::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using warehouse::FlagCounts;
using warehouse::FlagScores;
using warehouse::kFlagNames;

const std::filesystem::path kHere = std::filesystem::path(__FILE__).parent_path();
const std::filesystem::path kLabelled = kHere / "../../tests/labelled";
const std::filesystem::path kRecords = kLabelled / "quality.json";

std::string FileText(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file.good()) << path;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// What a version of the rules reaches: a record of quality.json.
struct Quality {
    std::string rules_version;
    std::string labelled_set;                  // digest
    std::map<std::string, FlagScores> splits;  // "all" and each split
    std::array<std::set<std::string>, kFlagNames.size()> mistakes;  // ids of conversations
    std::string accepted;  // why it may be worse than the one before

    bool HasSameNumbers(const Quality& other) const {
        return rules_version == other.rules_version && labelled_set == other.labelled_set &&
               splits == other.splits && mistakes == other.mistakes;
    }
};

struct Measured {
    Quality quality;
    std::map<std::string, int> conversations;  // by split, as the next
    std::map<std::string, int> categories_right;

    double CategoryAccuracy(const std::string& split) const {
        return double(categories_right.at(split)) / conversations.at(split);
    }
};

// With GENIAI_LABELLED_VERBOSE set, tells each conversation that is judged otherwise than its
// label.
void TellDifference(const LabelledConversation& conversation,
                    const warehouse::Classification& found, const std::array<bool, 3>& flags) {
    if (std::getenv("GENIAI_LABELLED_VERBOSE") == nullptr) {
        return;
    }
    std::ostringstream line;
    for (std::size_t i = 0; i < flags.size(); ++i) {
        if (flags[i] != conversation.labels[i]) {
            line << (flags[i] ? " +" : " -") << kFlagNames[i];
        }
    }
    if (found.category != conversation.category) {
        line << " " << conversation.category << "→" << found.category;
    }
    if (!line.str().empty()) {
        std::cout << conversation.id << ":" << line.str() << "\n";
        for (const warehouse::Evidence& evidence : found.evidence) {
            std::cout << "    " << evidence.rule << " #" << evidence.message_id << " \""
                      << evidence.quote << "\"\n";
        }
    }
}

void Judge(const RuleClassifier& classifier, const LabelledConversation& conversation,
           Measured& measured) {
    const warehouse::Classification found = classifier.Classify(conversation.messages, {});
    const std::array<bool, 3> flags = {found.is_lead, found.visit_scheduled, found.crm_converted};
    TellDifference(conversation, found, flags);
    for (std::size_t i = 0; i < flags.size(); ++i) {
        if (flags[i] != conversation.labels[i]) {
            measured.quality.mistakes[i].insert(conversation.id);
        }
    }
    for (const std::string& split : {std::string("all"), conversation.split}) {
        for (std::size_t i = 0; i < flags.size(); ++i) {
            measured.quality.splits[split][i].Add(conversation.labels[i], flags[i]);
        }
        ++measured.conversations[split];
        measured.categories_right[split] += found.category == conversation.category;
    }
}

const Measured& MeasureRules() {
    static const Measured measured = [] {
        const RuleClassifier classifier(ParseRuleSet(FileText(kHere / "rules_ptbr.toml")));
        Measured result;
        LabelledFile file(kLabelled / "conversations_ptbr.jsonl");
        while (const auto conversation = file.Next()) Judge(classifier, *conversation, result);
        result.quality.rules_version = classifier.version();
        result.quality.labelled_set = file.digest().substr(2);
        return result;
    }();
    return measured;
}

void PrintTable(const Measured& measured) {
    std::printf("%-6s %-16s %9s %9s %6s %6s %6s\n", "split", "flag", "precision", "recall", "right",
                "wrong", "missed");
    for (const auto& [split, scores] : measured.quality.splits) {
        for (std::size_t i = 0; i < kFlagNames.size(); ++i) {
            std::printf("%-6s %-16s %9.3f %9.3f %6d %6d %6d\n", split.c_str(),
                        std::string(kFlagNames[i]).c_str(), scores[i].Precision().value_or(1),
                        scores[i].Recall().value_or(1), int(scores[i].true_positives),
                        int(scores[i].false_positives), int(scores[i].false_negatives));
        }
        std::printf("%-6s %-16s %9.3f  of %d conversations\n", split.c_str(), "category",
                    measured.CategoryAccuracy(split), measured.conversations.at(split));
    }
}

struct FlagFloor {
    double precision;
    double recall;
};

void ExpectAtLeast(const Measured& measured, const std::string& split,
                   const std::array<FlagFloor, 3>& floors, double category_floor) {
    for (std::size_t i = 0; i < floors.size(); ++i) {
        const FlagCounts& counts = measured.quality.splits.at(split)[i];
        EXPECT_GE(counts.Precision().value_or(1), floors[i].precision) << kFlagNames[i];
        EXPECT_GE(counts.Recall().value_or(1), floors[i].recall) << kFlagNames[i];
    }
    EXPECT_GE(measured.CategoryAccuracy(split), category_floor);
}

// The labels are what a careful person says. Nothing of the "test" split was ever used to change a
// rule: whoever tunes the rules looks at "dev" only, and a test conversation that teaches a rule
// moves there. So "test" flatters: at first sight of 169 conversations, precision and recall were
// 0.90 and 0.92 for leads, 0.93 and 0.81 for visits, 0.86 and 0.71 for conversions. The floors
// stand a little under what the rules reach.
TEST(RulesQualityTest, RulesAgreeWithACarefulPerson) {
    const Measured& measured = MeasureRules();
    PrintTable(measured);
    ASSERT_GE(measured.conversations.at("dev"), 400);
    ASSERT_GE(measured.conversations.at("test"), 130);
    ExpectAtLeast(measured, "all", {{{0.97, 0.98}, {0.97, 0.97}, {0.97, 0.96}}}, 0.86);
    ExpectAtLeast(measured, "test", {{{0.95, 0.95}, {0.95, 0.93}, {0.90, 0.90}}}, 0.76);
}

// A share as whole numbers, so that two are compared exactly; 1 where there is nothing to share.
struct Fraction {
    std::int64_t part;
    std::int64_t whole;

    double Value() const { return whole == 0 ? 1 : double(part) / double(whole); }
    bool operator<(const Fraction& other) const {
        if (whole == 0) return false;
        return other.whole == 0 ? part < whole : part * other.whole < other.part * whole;
    }
};

Fraction AccuracyOf(const FlagCounts& counts) {
    return {counts.agreed(), counts.judged()};
}

Fraction F1Of(const FlagCounts& counts) {
    const std::int64_t found = 2 * counts.true_positives;
    return {found, found + counts.false_positives + counts.false_negatives};
}

std::string InWords(const char* measure, const Fraction& before, const Fraction& now) {
    std::array<char, 80> text{};
    std::snprintf(text.data(), text.size(), "%s %.4f → %.4f (%+.4f)", measure, before.Value(),
                  now.Value(), now.Value() - before.Value());
    return text.data();
}

// ", now wrong: gym-001, gym-007"
std::string ListNew(const char* title, const std::set<std::string>& ids,
                    const std::set<std::string>& known) {
    std::string list;
    for (const std::string& id : ids) {
        if (!known.contains(id)) list += (list.empty() ? title : ", ") + id;
    }
    return list;
}

std::string DescribeDrift(const Quality& before, const Quality& now, std::size_t flag) {
    const FlagCounts& old_counts = before.splits.at("all")[flag];
    const FlagCounts& new_counts = now.splits.at("all")[flag];
    return std::string(kFlagNames[flag]) + ": " +
           InWords("accuracy", AccuracyOf(old_counts), AccuracyOf(new_counts)) + ", " +
           InWords("F1", F1Of(old_counts), F1Of(new_counts)) +
           ListNew("; now wrong: ", now.mistakes[flag], before.mistakes[flag]) +
           ListNew("; wrong no more: ", before.mistakes[flag], now.mistakes[flag]);
}

// The flags that got worse, on the whole set.
std::vector<std::string> WhatGotWorse(const Quality& before, const Quality& now) {
    std::vector<std::string> worse;
    for (std::size_t i = 0; i < kFlagNames.size(); ++i) {
        const FlagCounts& old_counts = before.splits.at("all")[i];
        const FlagCounts& new_counts = now.splits.at("all")[i];
        if (AccuracyOf(new_counts) < AccuracyOf(old_counts) ||
            F1Of(new_counts) < F1Of(old_counts)) {
            worse.push_back(DescribeDrift(before, now, i));
        }
    }
    return worse;
}

FlagCounts ReadCounts(const boost::json::value& counts) {
    return {counts.at("right").as_int64(), counts.at("wrong").as_int64(),
            counts.at("missed").as_int64(), counts.at("neither").as_int64()};
}

Quality ReadQuality(const boost::json::object& object) {
    Quality quality;
    quality.rules_version = object.at("rules_version").as_string().c_str();
    quality.labelled_set = object.at("labelled_set").as_string().c_str();
    if (object.contains("accepted")) quality.accepted = object.at("accepted").as_string().c_str();
    for (const auto& split : object.at("splits").as_object()) {
        FlagScores& scores = quality.splits[std::string(split.key())];
        for (std::size_t i = 0; i < kFlagNames.size(); ++i) {
            scores[i] = ReadCounts(split.value().at(kFlagNames[i]));
        }
    }
    for (std::size_t i = 0; i < kFlagNames.size(); ++i) {
        for (const auto& id : object.at("mistakes").at(kFlagNames[i]).as_array()) {
            quality.mistakes[i].emplace(id.as_string());
        }
    }
    return quality;
}

std::vector<Quality> ReadRecords() {
    const boost::json::value value = boost::json::parse(FileText(kRecords));
    std::vector<Quality> records;
    for (const auto& record : value.as_array()) records.push_back(ReadQuality(record.as_object()));
    return records;
}

std::string EncodeScores(const FlagScores& scores) {
    std::string text;
    for (std::size_t i = 0; i < kFlagNames.size(); ++i) {
        const FlagCounts& counts = scores[i];
        std::array<char, 200> line{};
        std::snprintf(line.data(), line.size(),
                      "    \"%s\": {\"precision\": %.4f, \"recall\": %.4f, \"accuracy\": %.4f,"
                      " \"right\": %d, \"wrong\": %d, \"missed\": %d, \"neither\": %d}",
                      std::string(kFlagNames[i]).c_str(), counts.Precision().value_or(1),
                      counts.Recall().value_or(1), counts.Accuracy().value_or(1),
                      int(counts.true_positives), int(counts.false_positives),
                      int(counts.false_negatives), int(counts.true_negatives));
        text += std::string(i == 0 ? "" : ",\n") + line.data();
    }
    return text;
}

// As people read it; the shares are for them.
std::string EncodeQuality(const Quality& quality) {
    const auto text = [](const std::string& value) {
        return boost::json::serialize(boost::json::value(value));
    };
    std::string encoded = "{\n  \"rules_version\": " + text(quality.rules_version) +
                          ",\n  \"labelled_set\": " + text(quality.labelled_set);
    if (!quality.accepted.empty()) encoded += ",\n  \"accepted\": " + text(quality.accepted);
    encoded += ",\n  \"splits\": {";
    const char* separator = "\n";
    for (const auto& [split, scores] : quality.splits) {
        encoded += separator + ("   " + text(split)) + ": {\n" + EncodeScores(scores) + "}";
        separator = ",\n";
    }
    encoded += "},\n  \"mistakes\": {";
    for (std::size_t i = 0; i < kFlagNames.size(); ++i) {
        encoded += (i == 0 ? "\n   \"" : ",\n   \"") + std::string(kFlagNames[i]) + "\": [";
        for (const std::string& id : quality.mistakes[i]) {
            encoded += (encoded.back() == '[' ? "" : ", ") + text(id);
        }
        encoded += "]";
    }
    return encoded + "}\n}";
}

void WriteRecords(const std::vector<Quality>& records) {
    std::ofstream file(kRecords, std::ios::binary);
    file << "[";
    for (const Quality& record : records) {
        file << (&record == &records.front() ? "" : ",\n") << EncodeQuality(record);
    }
    file << "]\n";
    ASSERT_TRUE(file.good());
}

void PrintDrift(const Quality& before, const Quality& now) {
    std::cout << "rules " << before.rules_version << " → " << now.rules_version << "\n";
    if (before.labelled_set != now.labelled_set) std::cout << "  the labelled set changed, too\n";
    for (std::size_t i = 0; i < kFlagNames.size(); ++i) {
        std::cout << "  " << DescribeDrift(before, now, i) << "\n";
    }
}

// What blocks a release: numbers that nobody recorded, and a version worse than the one before. With
// GENIAI_RECORD_QUALITY set, the first is mended; the second takes a reason in GENIAI_ACCEPT_QUALITY.
TEST(RulesQualityTest, EveryVersionIsRecordedAndNoneIsWorseThanTheOneBefore) {
    std::vector<Quality> records = ReadRecords();
    const Quality& now = MeasureRules().quality;
    const bool is_recorded = !records.empty() && records.back().HasSameNumbers(now);
    if (!is_recorded) {
        records.push_back(now);
        if (const char* why = std::getenv("GENIAI_ACCEPT_QUALITY")) records.back().accepted = why;
    }
    if (records.size() > 1) PrintDrift(records[records.size() - 2], records.back());
    for (std::size_t i = 1; i < records.size(); ++i) {
        if (!records[i].accepted.empty()) continue;
        for (const std::string& worse : WhatGotWorse(records[i - 1], records[i])) {
            ADD_FAILURE() << "rules " << records[i].rules_version << " are worse than "
                          << records[i - 1].rules_version << ", " << worse;
        }
    }
    if (is_recorded) return;
    if (std::getenv("GENIAI_RECORD_QUALITY") == nullptr) {
        ADD_FAILURE() << "tests/labelled/quality.json does not say what rules "
                      << now.rules_version << " reach; make quality records it. If the words are as"
                      << " they were, kMatcherVersion in rule_set.cc goes up first";
    } else if (!HasFailure()) {
        WriteRecords(records);
    }
}

Quality Invented(FlagCounts leads, std::set<std::string> wrong_leads) {
    Quality quality;
    quality.rules_version = "v";
    quality.splits["all"] = {leads, FlagCounts{1, 0, 0, 9}, FlagCounts{1, 0, 0, 9}};
    quality.mistakes[0] = std::move(wrong_leads);
    return quality;
}

TEST(RulesQualityTest, WorseIsLessAccuracyOrLessF1OfAnyFlag) {
    const Quality before = Invented({4, 1, 1, 4}, {"a", "b"});
    EXPECT_THAT(WhatGotWorse(before, before), IsEmpty());
    EXPECT_THAT(WhatGotWorse(before, Invented({5, 1, 0, 4}, {"a"})), IsEmpty());
    EXPECT_THAT(WhatGotWorse(before, Invented({3, 1, 2, 4}, {"a", "b", "c"})),
                ElementsAre("is_lead: accuracy 0.8000 → 0.7000 (-0.1000), F1 0.8000 → 0.6667"
                            " (-0.1333); now wrong: c"));
    // As many are right, but of the leads fewer are.
    EXPECT_THAT(WhatGotWorse(before, Invented({3, 0, 2, 5}, {"b", "c"})),
                ElementsAre(HasSubstr("; now wrong: c; wrong no more: a")));
}

TEST(RulesQualityTest, ARecordIsReadAsItWasWritten) {
    Quality written = Invented({4, 1, 1, 4}, {"a", "b"});
    written.accepted = "the set has \"harder\" ones";
    written.splits["dev"] = written.splits["all"];
    const boost::json::value value = boost::json::parse(EncodeQuality(written));
    const Quality read = ReadQuality(value.as_object());
    EXPECT_TRUE(read.HasSameNumbers(written));
    EXPECT_EQ(read.accepted, written.accepted);
}

}  // namespace
}  // namespace geniai::analysis
