// How fast the rules are, and nothing else: no database, no network.
//   usage: classify_rate RULES.toml < TRANSCRIPTS   (one stored conversation, a JSON array, per line)
// Prints one JSON object: conversations, seconds, conversations_per_second, and the verdicts' digest,
// which stays the same as long as the rules decide the same.
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "analysis/classify_conversations.h"
#include "analysis/rule_set.h"
#include "analysis/rules.h"
#include "base/clock.h"
#include "base/digest.h"
#include "warehouse/classification.h"

namespace {

using geniai::warehouse::Classification;

std::string Describe(const Classification& verdict) {
    std::string text = verdict.category + (verdict.is_lead ? " lead" : "") +
                       (verdict.visit_scheduled ? " visit" : "") +
                       (verdict.crm_converted ? " converted " : " ") + std::to_string(verdict.score);
    for (const auto& evidence : verdict.evidence) {
        text += " " + std::string(evidence.rule) + "/" + std::to_string(evidence.message_id) + "/" +
                evidence.quote;
    }
    return text + "\n";
}

std::string ReadFile(const char* path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error(std::string("cannot read ") + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

int Measure(const char* rules_path) {
    std::vector<std::string> transcripts;
    for (std::string line; std::getline(std::cin, line);) transcripts.push_back(line);
    const geniai::analysis::RuleClassifier rules(geniai::analysis::ParseRuleSet(ReadFile(rules_path)));
    std::string verdicts;
    const geniai::base::Stopwatch stopwatch;
    for (const std::string& transcript : transcripts) {
        verdicts += Describe(geniai::analysis::ClassifyConversation(rules, transcript, 0, 0));
    }
    const double seconds = stopwatch.Seconds();
    std::printf("{\"conversations\": %zu, \"seconds\": %.3f, \"conversations_per_second\": %.0f, "
                "\"digest\": \"%s\"}\n",
                transcripts.size(), seconds, static_cast<double>(transcripts.size()) / seconds,
                geniai::base::DigestOf(verdicts).c_str() + 2);  // without "\x"
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: classify_rate RULES.toml < TRANSCRIPTS\n", stderr);
        return 2;
    }
    try {
        return Measure(argv[1]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "classify_rate: %s\n", error.what());
        return 1;
    }
}
