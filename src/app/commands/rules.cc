// What the rules are, and what they make of a text.
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <iostream>

#include "analysis/rules.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/wiring.h"
#include "base/error.h"
#include "base/safe_text.h"

namespace geniai::app {

namespace {

constexpr std::size_t kLinesMax = 10'000;

int RunRulesShow(const Context& /*context*/, const Arguments& arguments) {
    if (arguments.Has("toml")) {
        PrintLine(std::string(BuiltInRulesText()));
        return kDone;
    }
    const analysis::RuleSet rules = BuiltInRuleSet();
    std::vector<std::vector<std::string>> rows;
    boost::json::array groups;
    for (const analysis::RuleGroup& group : rules.groups) {
        rows.push_back({group.name, std::to_string(group.weight),
                        std::to_string(group.patterns.size())});
        groups.push_back({{"name", group.name},
                          {"weight", group.weight},
                          {"patterns", group.patterns.size()}});
    }
    if (arguments.Has("json")) {
        const analysis::ScoreWeights& score = rules.score;
        PrintLine(boost::json::serialize(
            boost::json::object{{"version", rules.version},
                                {"score", {{"per_topic", score.per_topic},
                                           {"topics_max", score.topics_max},
                                           {"visit", score.visit},
                                           {"conversion", score.conversion},
                                           {"resolved", score.resolved},
                                           {"human", score.human}}},
                                {"groups", std::move(groups)}}));
        return kDone;
    }
    PrintLine("Version " + rules.version + "; geniai rules show --toml prints all word lists.");
    PrintLine(FormatTable({"GROUP", "WEIGHT", "PATTERNS"}, rows));
    return kDone;
}

// "equipe: …" is the team's, every other line the customer's.
std::vector<warehouse::Message> ReadMessages(const Arguments& arguments) {
    std::vector<warehouse::Message> messages;
    const auto add = [&](std::string_view line) {
        constexpr std::array<std::string_view, 2> kTeam = {"equipe:", "team:"};
        constexpr std::array<std::string_view, 2> kCustomer = {"cliente:", "customer:"};
        warehouse::Message message;
        message.id = std::ssize(messages) + 1;
        message.author = warehouse::Author::kContact;
        for (const std::string_view label : kTeam) {
            if (!line.starts_with(label)) continue;
            message.author = warehouse::Author::kHuman;
            line.remove_prefix(label.size());
        }
        for (const std::string_view label : kCustomer) {
            if (line.starts_with(label)) line.remove_prefix(label.size());
        }
        std::string scratch;
        message.text = base::SafeText(line, scratch);
        messages.push_back(std::move(message));
    };
    if (const auto text = arguments.Text("text")) {
        add(*text);
        return messages;
    }
    for (std::string line; messages.size() < kLinesMax && std::getline(std::cin, line);) add(line);
    if (messages.empty()) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "say --text TEXT, or give the messages on standard input, one a line; "
                          "'equipe:' before those of the team");
    }
    return messages;
}

int RunRulesTest(const Context& context, const Arguments& arguments) {
    const auto messages = ReadMessages(arguments);
    LazyRules rules(context.settings);
    const bool answered = std::ranges::any_of(messages, [](const warehouse::Message& message) {
        return message.author == warehouse::Author::kHuman;
    });
    const warehouse::Classification verdict =
        rules.Get().Classify(messages, {.resolved = false, .human_answered = answered});
    boost::json::array evidence;
    for (const warehouse::Evidence& each : verdict.evidence) {
        evidence.push_back(
            {{"rule", each.rule}, {"message", each.message_id}, {"quote", each.quote}});
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(
            boost::json::object{{"is_lead", verdict.is_lead},
                                {"visit_scheduled", verdict.visit_scheduled},
                                {"crm_converted", verdict.crm_converted},
                                {"score", verdict.score},
                                {"label", warehouse::LabelOf(verdict.score)},
                                {"category", verdict.category},
                                {"evidence", std::move(evidence)},
                                {"rules_version", rules.version()}}));
        return kDone;
    }
    const auto yes = [](bool is) { return is ? "yes" : "no"; };
    PrintLine(std::string("lead: ") + yes(verdict.is_lead) + ", visit: " + yes(verdict.visit_scheduled) +
              ", conversion: " + yes(verdict.crm_converted) + ", score " +
              std::to_string(verdict.score) + " (" + std::string(warehouse::LabelOf(verdict.score)) +
              "), category " + verdict.category);
    for (const warehouse::Evidence& each : verdict.evidence) {
        PrintLine("  " + each.rule + ", message " + std::to_string(each.message_id) + ": “" +
                  each.quote + "”");
    }
    return kDone;
}

}  // namespace

std::vector<Command> RulesCommands() {
    return {
        {"rules show", "Show the rules that find leads, visits and conversions",
         {{"toml", OptionKind::kSwitch, "", "The word lists as they are written"}, kJsonOption},
         RunRulesShow},
        {"rules test", "Say what the rules make of a text, and by which words",
         {{"text", OptionKind::kText, "TEXT",
           "A message of the customer; without it, standard input: one a line, 'equipe:' before the "
           "team's"},
          kJsonOption},
         RunRulesTest},
    };
}

}  // namespace geniai::app
