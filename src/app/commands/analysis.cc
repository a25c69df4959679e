// What came of the analysis of a conversation.
#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "app/commands/commands.h"
#include "app/decimal.h"
#include "app/exit_code.h"
#include "app/json_values.h"
#include "app/output.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"
#include "base/error.h"
#include "tenancy/audit_log.h"
#include "tenancy/tenants.h"
#include "warehouse/lead_analyses.h"

namespace geniai::app {

namespace {

constexpr Option kTenantOption{"tenant-id", OptionKind::kInteger, "N", "Whose", Presence::kRequired};
constexpr Option kConversationOption{"conversation-id", OptionKind::kInteger, "N",
                                     "Chatwoot's id of the conversation", Presence::kRequired};

boost::json::object EncodeAnalysis(const warehouse::AnalysisRecord& record) {
    const warehouse::LeadFindings& found = record.findings;
    const warehouse::AnalysisOrigin& origin = record.origin;
    boost::json::array evidence;
    for (const auto& quote : found.evidence) {
        evidence.push_back({{"message_id", quote.message_id}, {"quote", quote.text}});
    }
    return {{"analysis_id", record.id.value()},
            {"conversation_id", record.conversation.value()},
            {"state", record.state},
            {"conversation_type", record.conversation_type},
            {"analysed_at", record.analysed_at},
            {"last_message_at", record.last_message_at},
            {"ended_at", OrNull(record.ended_at)},
            {"end_reason", OrNull(record.end_reason)},
            {"summary", found.summary},
            {"suggested_message", OrNull(found.suggested_message)},
            {"message_source", found.message_source},
            {"priority", found.priority},
            {"temperature", OrNull(record.temperature)},
            {"keywords", boost::json::value_from(found.keywords)},
            {"confidence", found.confidence},
            {"interest", OrNull(found.interest)},
            {"objections", boost::json::value_from(found.objections)},
            {"urgency", found.urgency},
            {"next_step", OrNull(found.next_step)},
            {"customer_name", OrNull(found.customer_name)},
            {"evidence", std::move(evidence)},
            {"analyst", origin.analyst},
            {"model", OrNull(origin.model)},
            {"prompt_version", origin.prompt_version},
            {"input_tokens", origin.input_tokens},
            {"cached_input_tokens", origin.cached_input_tokens},
            {"output_tokens", origin.output_tokens},
            {"cost_micro_brl", origin.cost.micros()},
            {"seconds", origin.seconds},
            {"metadata", boost::json::parse(origin.metadata)}};
}

// What a new analysis may judge otherwise than the one before it.
constexpr std::array<std::string_view, 15> kCompared{
    "conversation_type", "priority",  "temperature",       "confidence",    "urgency",
    "interest",          "keywords",  "objections",        "next_step",     "customer_name",
    "summary",           "evidence",  "suggested_message", "model",         "prompt_version"};

// Each field that differs, with both values.
boost::json::array ChangesBetween(const boost::json::object& before,
                                  const boost::json::object& after) {
    boost::json::array changes;
    for (const std::string_view field : kCompared) {
        const boost::json::value& old_value = before.at(field);
        const boost::json::value& new_value = after.at(field);
        if (old_value == new_value) continue;
        changes.push_back({{"field", field}, {"before", old_value}, {"after", new_value}});
    }
    return changes;
}

// Each with its changes since the one before; the newest first.
boost::json::array EncodeHistory(const std::vector<warehouse::AnalysisRecord>& records) {
    boost::json::array list;
    for (const auto& record : records) list.push_back(EncodeAnalysis(record));
    for (std::size_t i = 0; i < list.size(); ++i) {
        boost::json::object& analysis = list[i].as_object();
        if (i + 1 < list.size()) {
            analysis["changes"] = ChangesBetween(list[i + 1].as_object(), analysis);
        } else {
            analysis["changes"] = nullptr;
        }
    }
    return list;
}

// `priority: 2 → 4`; of texts and lists, which are long, only that they differ.
std::string DescribeChange(const boost::json::object& change) {
    constexpr std::size_t kShown = 40;
    const std::string field(change.at("field").as_string());
    const auto shown = [](const boost::json::value& value) {
        return value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value);
    };
    const std::string before = shown(change.at("before"));
    const std::string after = shown(change.at("after"));
    if (before.size() > kShown || after.size() > kShown) return field + ": rewritten";
    return field + ": " + before + " → " + after;
}

void PrintAnalysis(const warehouse::AnalysisRecord& record) {
    const warehouse::LeadFindings& found = record.findings;
    PrintLine("Analysis " + record.id.ToString() + ", " + record.state + ", " + record.analysed_at +
              ": " + record.conversation_type + ", priority " + std::to_string(found.priority) +
              " of 5" + (record.temperature ? ", " + *record.temperature : "") + ", confidence " +
              FormatMillionths(std::llround(found.confidence * 1e6)));
    if (record.end_reason) PrintLine("  ended " + *record.ended_at + ": " + *record.end_reason);
    PrintLine("  " + found.summary);
    const auto print = [](const char* name, const std::optional<std::string>& text) {
        if (text && !text->empty()) PrintLine(std::string("  ") + name + ": " + *text);
    };
    print("interest", found.interest);
    print("urgency", found.urgency);
    for (const auto& objection : found.objections) print("objection", objection);
    print("next step", found.next_step);
    print("name", found.customer_name);
    for (const auto& quote : found.evidence) print("evidence", "“" + quote.text + "”");
    print(("message (" + found.message_source + ")").c_str(), found.suggested_message);
    PrintLine("  by " + record.origin.model.value_or(record.origin.analyst) + ", " +
              record.origin.prompt_version + ", " +
              std::to_string(record.origin.input_tokens + record.origin.output_tokens) + " tokens, " +
              base::FormatBrl(record.origin.cost));
}

int RunAnalysisShow(const Context& context, const Arguments& arguments) {
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::TenantScope scope(warehouse, tenancy::DatabaseRole::kEtlService, TenantIdOf(arguments));
    const auto records = warehouse::ListAnalyses(
        scope, base::ConversationId(arguments.RequireInteger("conversation-id")));
    boost::json::array history = EncodeHistory(records);
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"analyses", std::move(history)}}));
        return kDone;
    }
    if (records.empty()) PrintLine("There is no analysis of this conversation.");
    for (std::size_t i = 0; i < records.size(); ++i) {
        PrintAnalysis(records[i]);
        if (i + 1 == records.size()) continue;
        const boost::json::array& changes = history[i].at("changes").as_array();
        PrintLine((changes.empty() ? "  the same as analysis " : "  changed since analysis ") +
                  records[i + 1].id.ToString() + (changes.empty() ? "" : ":"));
        for (const auto& change : changes) {
            PrintLine("    " + DescribeChange(change.as_object()));
        }
    }
    return kDone;
}

// A change to a conversation's analysis, and who made it.
template <class Change>
void ChangeAnalysis(const Context& context, const Arguments& arguments, std::string_view action,
                    const Change& change) {
    const base::TenantId tenant = TenantIdOf(arguments);
    const base::ConversationId conversation(arguments.RequireInteger("conversation-id"));
    const std::string reason = arguments.RequireText("reason");
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    {
        tenancy::RoleScope tenants(warehouse, tenancy::DatabaseRole::kEtlService);
        tenancy::GetTenant(tenants, tenant);
    }
    tenancy::TenantScope scope(warehouse, tenancy::DatabaseRole::kEtlService, tenant);
    change(scope, conversation, reason);
    tenancy::AppendAudit(scope, {"cli", action, "conversation " + conversation.ToString()});
    scope.Commit();
}

int RunInvalidate(const Context& context, const Arguments& arguments) {
    ChangeAnalysis(context, arguments, "analysis.invalidate",
                   [](auto& scope, base::ConversationId conversation, const std::string& reason) {
                       if (warehouse::InvalidateAnalysis(scope, conversation, reason)) return;
                       throw base::Error(base::ErrorCode::kNotFound,
                                         "conversation " + conversation.ToString() +
                                             " has no current analysis");
                   });
    PrintLine("The analysis is marked as invalid; the lead waits for a new one.");
    return kDone;
}

int RunReanalyze(const Context& context, const Arguments& arguments) {
    ChangeAnalysis(context, arguments, "analysis.reanalyze",
                   [](auto& scope, base::ConversationId conversation, const std::string& reason) {
                       if (warehouse::RequestAnalysis(scope, conversation, reason)) return;
                       throw base::Error(base::ErrorCode::kNotFound,
                                         "conversation " + conversation.ToString() +
                                             " is no lead that has been silent for 24 hours");
                   });
    PrintLine("The lead waits for a new analysis: geniai analyze makes it.");
    return kDone;
}

}  // namespace

std::vector<Command> AnalysisCommands() {
    constexpr Option kReason{"reason", OptionKind::kText, "TEXT", "Why; kept with the analysis",
                             Presence::kRequired};
    return {
        {"analysis show", "Show all analyses of a conversation",
         {kTenantOption, kConversationOption, kJsonOption}, RunAnalysisShow},
        {"analysis invalidate", "Mark a conversation's analysis as wrong",
         {kTenantOption, kConversationOption, kReason}, RunInvalidate},
        {"analysis reanalyze", "Have a conversation analysed again",
         {kTenantOption, kConversationOption, kReason}, RunReanalyze},
    };
}

}  // namespace geniai::app
