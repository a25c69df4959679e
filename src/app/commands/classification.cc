// The rules' verdict on conversations, and a model's beside it.
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
#include "warehouse/model_verdicts.h"

namespace geniai::app {

namespace {

boost::json::object EncodeFlag(const warehouse::FlagAgreement& flag) {
    return {{"flag", flag.flag},
            {"compared", flag.compared()},
            {"both", flag.both},
            {"only_rules", flag.only_rules},
            {"only_model", flag.only_model},
            {"neither", flag.neither},
            {"agreement", flag.compared() == 0 ? boost::json::value(nullptr)
                                               : boost::json::value(flag.agreement())}};
}

std::vector<std::string> RowOf(const tenancy::Tenant& tenant, const warehouse::FlagAgreement& flag) {
    const auto number = [](std::int64_t value) { return std::to_string(value); };
    const std::string percent =
        flag.compared() == 0 ? "-" : FormatMillionths(std::llround(flag.agreement() * 1e8));
    return {tenant.name,          flag.flag, number(flag.compared()), percent, number(flag.both),
            number(flag.only_rules), number(flag.only_model), number(flag.neither)};
}

int RunCompare(const Context& context, const Arguments& arguments) {
    const auto pool = WarehousePool(context.settings, "classification");
    boost::json::array list;
    std::vector<std::vector<std::string>> rows;
    for (const tenancy::Tenant& tenant : ChosenTenants(*pool, arguments)) {
        const pg::Pool::Lease warehouse = pool->Acquire();
        tenancy::TenantScope scope(*warehouse, tenancy::DatabaseRole::kEtlService, tenant.id);
        boost::json::array flags;
        for (const auto& flag : warehouse::CompareVerdicts(scope)) {
            flags.push_back(EncodeFlag(flag));
            rows.push_back(RowOf(tenant, flag));
        }
        list.push_back({{"tenant_id", tenant.id.value()}, {"flags", std::move(flags)}});
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"tenants", std::move(list)}}));
    } else {
        PrintLine(FormatTable({"TENANT", "FLAG", "COMPARED", "AGREE %", "BOTH", "ONLY RULES",
                               "ONLY MODEL", "NEITHER"},
                              rows));
    }
    return kDone;
}

boost::json::value EncodeModel(const warehouse::VerdictPair& pair) {
    if (!pair.model) return nullptr;
    const warehouse::ModelVerdict& verdict = *pair.model;
    boost::json::array evidence;
    for (const auto& quote : verdict.evidence) {
        evidence.push_back({{"message_id", quote.message_id}, {"quote", quote.text}});
    }
    return boost::json::object{{"is_lead", verdict.is_lead},
                               {"visit_scheduled", verdict.visit_scheduled},
                               {"crm_converted", verdict.crm_converted},
                               {"score", verdict.score},
                               {"resolution", verdict.resolution},
                               {"interest", verdict.interest},
                               {"needs_remarketing", verdict.needs_remarketing},
                               {"remarketing_reason", OrNull(verdict.remarketing_reason)},
                               {"objections", boost::json::value_from(verdict.objections)},
                               {"positive_signs", boost::json::value_from(verdict.positive_signs)},
                               {"summary", verdict.summary},
                               {"suggested_message", OrNull(verdict.suggested_message)},
                               {"customer_name", OrNull(verdict.customer_name)},
                               {"confidence", verdict.confidence},
                               {"evidence", std::move(evidence)},
                               {"is_fresh", pair.model_is_fresh},
                               {"classified_at", pair.classified_at},
                               {"model", pair.model_name},
                               {"prompt_version", pair.prompt_version},
                               {"cost_micro_brl", pair.cost.micros()}};
}

std::string DescribeFlags(bool is_lead, bool visit, bool converted, int score) {
    if (!is_lead) return "no lead";
    return std::string("lead") + (visit ? ", visit" : "") + (converted ? ", conversion" : "") +
           ", score " + std::to_string(score);
}

void PrintPair(const warehouse::VerdictPair& pair) {
    PrintLine("Rules: " + DescribeFlags(pair.rules_is_lead, pair.rules_visit, pair.rules_converted,
                                        pair.rules_score));
    const boost::json::value evidence = boost::json::parse(pair.rules_evidence);
    for (const auto& item : evidence.as_array()) {
        PrintLine("  " + std::string(item.at("rule").as_string()) + ": “" +
                  std::string(item.at("quote").as_string()) + "”");
    }
    if (!pair.model) {
        PrintLine("Model: not asked yet");
        return;
    }
    const warehouse::ModelVerdict& verdict = *pair.model;
    PrintLine("Model: " + DescribeFlags(verdict.is_lead, verdict.visit_scheduled,
                                        verdict.crm_converted, verdict.score) +
              ", " + verdict.resolution + ", interest " + verdict.interest +
              (pair.model_is_fresh ? "" : "; there are newer messages, so the rules count"));
    PrintLine("  " + verdict.summary);
    for (const auto& quote : verdict.evidence) PrintLine("  evidence: “" + quote.text + "”");
    PrintLine("  by " + pair.model_name + ", " + pair.prompt_version + ", " + pair.classified_at +
              ", " + base::FormatBrl(pair.cost));
}

int RunShow(const Context& context, const Arguments& arguments) {
    const base::TenantId tenant = TenantIdOf(arguments);
    const base::ConversationId conversation(arguments.RequireInteger("conversation-id"));
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::TenantScope scope(warehouse, tenancy::DatabaseRole::kEtlService, tenant);
    const auto pair = warehouse::FindVerdicts(scope, conversation);
    if (!pair) {
        throw base::Error(base::ErrorCode::kNotFound,
                          "tenant " + tenant.ToString() + " has no conversation " +
                              conversation.ToString());
    }
    if (!arguments.Has("json")) {
        PrintPair(*pair);
        return kDone;
    }
    PrintLine(boost::json::serialize(boost::json::object{
        {"conversation_id", conversation.value()},
        {"rules", boost::json::object{{"is_lead", pair->rules_is_lead},
                                      {"visit_scheduled", pair->rules_visit},
                                      {"crm_converted", pair->rules_converted},
                                      {"score", pair->rules_score},
                                      {"evidence", boost::json::parse(pair->rules_evidence)}}},
        {"model", EncodeModel(*pair)}}));
    return kDone;
}

}  // namespace

std::vector<Command> ClassificationCommands() {
    return {
        {"classification compare", "How often the rules and a model agree, tenant by tenant",
         {kTenantChoice[0], kTenantChoice[1], kJsonOption}, RunCompare},
        {"classification show", "Show both verdicts on a conversation, with their evidence",
         {{"tenant-id", OptionKind::kInteger, "N", "Whose", Presence::kRequired},
          {"conversation-id", OptionKind::kInteger, "N", "Chatwoot's id of the conversation",
           Presence::kRequired},
          kJsonOption},
         RunShow},
    };
}

}  // namespace geniai::app
