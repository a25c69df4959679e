// What the rules are, whose, and what they make of a text.
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <map>

#include "analysis/rule_additions.h"
#include "analysis/rules.h"
#include "analysis/tenant_rules.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"
#include "base/error.h"
#include "base/safe_text.h"

namespace geniai::app {

namespace {

constexpr std::size_t kLinesMax = 10'000;
constexpr std::size_t kRulesBytesRead = 128 * 1024;  // twice what may be stored

constexpr Option kRulesTenant{"tenant-id", OptionKind::kInteger, "N",
                              "With what this tenant adds; without it the built-in rules"};
constexpr Option kWhoseRules{"tenant-id", OptionKind::kInteger, "N", "The tenant",
                             Presence::kRequired};
constexpr Option kRulesAuthor{"author", OptionKind::kText, "WHO",
                              "Who changes them, for the audit log (cli)"};

// The rules of a command: built in, or with what the tenant adds.
struct ChosenRules {
    std::optional<tenancy::Tenant> tenant;
    std::optional<analysis::TenantRules> own;

    std::string additions() const { return own ? own->additions : ""; }
};

ChosenRules ChooseRules(const Context& context, const Arguments& arguments) {
    ChosenRules chosen;
    const auto id = OptionalTenantIdOf(arguments);
    if (!id) return chosen;
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::TenantScope scope(warehouse, tenancy::DatabaseRole::kEtlService, *id);
    chosen.tenant = tenancy::GetScopedTenant(scope);
    chosen.own = analysis::FindTenantRules(scope);
    return chosen;
}

// Words that were taken out stand behind the file's groups, as exceptions that are the tenant's.
std::vector<const analysis::RulePattern*> OwnWords(const analysis::RuleSet& rules,
                                                   std::size_t group, bool taken_out) {
    std::vector<const analysis::RulePattern*> words;
    for (std::size_t at = 0; at < rules.groups.size(); ++at) {
        const bool except = rules.groups[at].kind == analysis::RuleKind::kException;
        if (taken_out ? !except || rules.groups[at].owner != group : at != group) continue;
        for (const analysis::RulePattern& pattern : rules.groups[at].patterns) {
            if (pattern.is_own) words.push_back(&pattern);
        }
    }
    return words;
}

std::map<std::string, std::vector<std::string>> OwnTerms(const ChosenRules& chosen) {
    std::map<std::string, std::vector<std::string>> terms;
    if (!chosen.own) return terms;
    for (const auto& term : analysis::ParseRuleAdditions(chosen.own->additions).terms) {
        for (const auto& word : term.add) terms[term.name].push_back(word.text);
    }
    return terms;
}

boost::json::array EncodeWords(const std::vector<const analysis::RulePattern*>& words) {
    boost::json::array list;
    for (const analysis::RulePattern* word : words) list.emplace_back(word->written);
    return list;
}

// "25 (20)": what the tenant has, and what is built in where that is not the same.
std::string ShowWeight(int weight, int built_in) {
    return std::to_string(weight) +
           (weight == built_in ? "" : " (" + std::to_string(built_in) + ")");
}

std::string ShowChanges(std::size_t added, std::size_t removed) {
    return (added > 0 ? "+" + std::to_string(added) : "") + (added > 0 && removed > 0 ? " " : "") +
           (removed > 0 ? "-" + std::to_string(removed) : "");
}

void PrintRulesAsJson(const ChosenRules& chosen, const analysis::RuleSet& rules) {
    boost::json::object score;
    for (const auto& [key, weight] : analysis::kScoreKeys) score[key] = rules.score.*weight;
    boost::json::array groups;
    for (std::size_t at = 0; at < rules.groups.size(); ++at) {
        const analysis::RuleGroup& group = rules.groups[at];
        boost::json::object entry{{"name", group.name},
                                  {"weight", group.weight},
                                  {"patterns", group.patterns.size()}};
        if (chosen.tenant) {
            boost::json::array words;
            for (const auto& pattern : group.patterns) words.emplace_back(pattern.written);
            entry["words"] = std::move(words);
            entry["added"] = EncodeWords(OwnWords(rules, at, false));
            entry["removed"] = EncodeWords(OwnWords(rules, at, true));
        }
        groups.push_back(std::move(entry));
    }
    boost::json::object answer{
        {"version", rules.version}, {"score", std::move(score)}, {"groups", std::move(groups)}};
    if (chosen.tenant) {
        answer["tenant_id"] = chosen.tenant->id.value();
        answer["own"] = nullptr;
    }
    if (chosen.own) {
        answer["own"] = {{"version", chosen.own->version},
                         {"author", chosen.own->author},
                         {"updated_at", chosen.own->updated_at},
                         {"terms", boost::json::value_from(OwnTerms(chosen))},
                         {"additions", chosen.own->additions}};
    }
    PrintLine(boost::json::serialize(answer));
}

void PrintOwnHead(const ChosenRules& chosen) {
    if (!chosen.tenant) return;
    if (!chosen.own) {
        PrintLine(chosen.tenant->name + " has the built-in rules as they are.");
        return;
    }
    PrintLine(chosen.tenant->name + " has rules of its own: version " +
              std::to_string(chosen.own->version) + " by " + chosen.own->author + ", " +
              chosen.own->updated_at + "; geniai rules show --toml --tenant-id " +
              chosen.tenant->id.ToString() + " prints them.");
}

// Every word of one group or category.
void PrintGroup(const analysis::RuleSet& rules, const std::string& name) {
    std::vector<std::vector<std::string>> rows;
    for (std::size_t at = 0; at < rules.groups.size(); ++at) {
        const analysis::RuleGroup& group = rules.groups[at];
        if (group.name != name && group.name != "category " + name) continue;
        for (const auto& pattern : group.patterns) {
            rows.push_back({pattern.is_own ? "+" : "", pattern.written});
        }
        for (const auto* word : OwnWords(rules, at, true)) rows.push_back({"-", word->written});
    }
    if (rows.empty()) {
        throw base::Error(
            base::ErrorCode::kNotFound,
            "there is no group and no category \"" + name + "\"; geniai rules show lists them");
    }
    PrintLine(FormatTable({"OWN", "PATTERN"}, rows));
}

int RunRulesShow(const Context& context, const Arguments& arguments) {
    const ChosenRules chosen = ChooseRules(context, arguments);
    if (arguments.Has("toml")) {
        PrintLine(chosen.tenant ? chosen.additions() : std::string(BuiltInRulesText()));
        return kDone;
    }
    const analysis::RuleSet built_in = BuiltInRuleSet();
    const analysis::RuleSet rules =
        analysis::ParseRuleSet(BuiltInRulesText(), chosen.additions());
    if (arguments.Has("json")) {
        PrintRulesAsJson(chosen, rules);
        return kDone;
    }
    if (const auto group = arguments.Text("group")) {
        PrintGroup(rules, *group);
        return kDone;
    }
    PrintLine("Version " + rules.version + "; geniai rules show --toml prints all word lists.");
    PrintOwnHead(chosen);
    std::vector<std::vector<std::string>> rows;
    for (std::size_t at = 0; at < built_in.groups.size(); ++at) {
        const analysis::RuleGroup& group = rules.groups[at];
        std::vector<std::string> row{group.name,
                                     ShowWeight(group.weight, built_in.groups[at].weight),
                                     std::to_string(group.patterns.size())};
        if (chosen.own) {
            row.push_back(ShowChanges(OwnWords(rules, at, false).size(),
                                      OwnWords(rules, at, true).size()));
        }
        rows.push_back(std::move(row));
    }
    std::vector<std::string> headers{"GROUP", "WEIGHT", "PATTERNS"};
    if (chosen.own) headers.emplace_back("OWN");
    PrintLine(FormatTable(headers, rows));
    rows.clear();
    for (const auto& [key, weight] : analysis::kScoreKeys) {
        rows.push_back({key, ShowWeight(rules.score.*weight, built_in.score.*weight)});
    }
    PrintLine(FormatTable({"SCORE", "POINTS"}, rows));
    for (const auto& [term, words] : OwnTerms(chosen)) {
        std::string line = "<" + term + ">";
        for (const std::string& word : words) line += (line.back() == '>' ? " + " : ", ") + word;
        PrintLine(line);
    }
    return kDone;
}

std::string ReadRulesFile(const std::string& path) {
    std::ifstream file;
    if (path != "-") {
        file.open(path, std::ios::binary);
        if (!file) {
            throw base::Error(base::ErrorCode::kNotFound, "cannot read " + path);
        }
    }
    std::istream& input = path == "-" ? std::cin : file;
    std::string text(kRulesBytesRead, '\0');  // more is refused when it is parsed
    input.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(input.gcount()));
    if (input.bad() || text.empty()) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          path + " is empty; geniai rules clear takes a tenant's rules away");
    }
    return text;
}

std::string RulesAuthorOf(const Arguments& arguments) {
    const std::string author = arguments.Text("author").value_or("cli");
    if (author.find_first_not_of(' ') != std::string::npos) return author;
    throw base::Error(base::ErrorCode::kInvalidInput, "--author needs a name");
}

// Parsed and compiled before anything is stored, as the next sync will do it.
int RunRulesSet(const Context& context, const Arguments& arguments) {
    const base::TenantId id = TenantIdOf(arguments);
    const std::string author = RulesAuthorOf(arguments);
    const std::string additions = ReadRulesFile(arguments.RequireText("file"));
    LazyRules rules(context.settings.cache_directory, additions);
    rules.Get();
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const tenancy::Tenant tenant = tenancy::GetTenant(scope, id);
    const auto version =
        analysis::SetTenantRules(scope, id, additions, rules.version(), author);
    scope.Commit();
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"tenant_id", id.value()},
                                                             {"changed", version.has_value()},
                                                             {"rules_version", rules.version()}}));
        return kDone;
    }
    PrintLine(version ? tenant.name + " has version " + std::to_string(*version) +
                            " of its own rules now; geniai classify --tenant-id " + id.ToString() +
                            " applies it to the stored conversations."
                      : tenant.name + " has these rules already.");
    return kDone;
}

int RunRulesClear(const Context& context, const Arguments& arguments) {
    const base::TenantId id = TenantIdOf(arguments);
    const std::string author = RulesAuthorOf(arguments);
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const tenancy::Tenant tenant = tenancy::GetTenant(scope, id);
    const bool changed = analysis::ClearTenantRules(scope, id, author);
    scope.Commit();
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(
            boost::json::object{{"tenant_id", id.value()},
                                {"changed", changed},
                                {"rules_version", analysis::VersionOfRules(BuiltInRulesText())}}));
        return kDone;
    }
    PrintLine(changed ? tenant.name + " has the built-in rules now; geniai classify --tenant-id " +
                            id.ToString() + " applies them to the stored conversations."
                      : tenant.name + " has no rules of its own.");
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
    LazyRules rules(context.settings.cache_directory, ChooseRules(context, arguments).additions());
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
                                {"opted_out", verdict.opted_out},
                                {"awaits_call", verdict.awaits_call},
                                {"score", verdict.score},
                                {"label", warehouse::LabelOf(verdict.score)},
                                {"category", verdict.category},
                                {"evidence", std::move(evidence)},
                                {"rules_version", rules.version()}}));
        return kDone;
    }
    const auto yes = [](bool is) { return is ? "yes" : "no"; };
    PrintLine(std::string("lead: ") + yes(verdict.is_lead) + ", visit: " + yes(verdict.visit_scheduled) +
              ", conversion: " + yes(verdict.crm_converted) +
              (verdict.opted_out ? ", wants no more messages" : "") +
              (verdict.awaits_call ? ", waits for a call" : "") + ", score " +
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
         {kRulesTenant,
          {"group", OptionKind::kText, "NAME", "All patterns of this group or category"},
          {"toml", OptionKind::kSwitch, "",
           "The word lists as they are written; with --tenant-id, what the tenant adds"},
          kJsonOption},
         RunRulesShow},
        {"rules set", "Give a tenant words and weights of its own beside the built-in rules",
         {kWhoseRules,
          {"file", OptionKind::kText, "FILE", "As docs/tenant-rules.md has it; - is standard input",
           Presence::kRequired},
          kRulesAuthor, kJsonOption},
         RunRulesSet},
        {"rules clear", "Give a tenant the built-in rules again, as they are",
         {kWhoseRules, kRulesAuthor, kJsonOption}, RunRulesClear},
        {"rules test", "Say what the rules make of a text, and by which words",
         {kRulesTenant,
          {"text", OptionKind::kText, "TEXT",
           "A message of the customer; without it, standard input: one a line, 'equipe:' before the "
           "team's"},
          kJsonOption},
         RunRulesTest},
    };
}

}  // namespace geniai::app
