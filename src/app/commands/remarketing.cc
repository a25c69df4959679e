// Whom to win back.
#include "warehouse/remarketing_list.h"

#include <array>
#include <boost/json.hpp>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/json_values.h"
#include "app/output.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"
#include "base/error.h"
#include "tenancy/tenants.h"

namespace geniai::app {

namespace {

// A word of the command line, and the code that the warehouse has for it.
struct Choice {
    std::string_view word;
    std::string_view code;
};

constexpr std::array kBands{Choice{"recent", "REMARKETING_RECENTE"},
                            Choice{"medium", "REMARKETING_MEDIO"},
                            Choice{"cold", "REMARKETING_FRIO"}};
constexpr std::array kReasons{Choice{"no-answer", "SEM_RESPOSTA"},
                              Choice{"awaits-call", "RETORNO_PENDENTE"},
                              Choice{"silent", "SILENCIO"}};
constexpr int kListMax = 100'000;
constexpr int kListDefault = 20;

std::optional<std::string> CodeOf(const Arguments& arguments, std::string_view option,
                                  std::span<const Choice> choices) {
    const auto word = arguments.Text(option);
    if (!word) return std::nullopt;
    std::string known;
    for (const Choice& choice : choices) {
        if (choice.word == *word) return std::string(choice.code);
        known += (known.empty() ? "" : ", ") + std::string(choice.word);
    }
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "--" + std::string(option) + " must be one of " + known);
}

std::string WordOf(std::string_view code, std::span<const Choice> choices) {
    for (const Choice& choice : choices) {
        if (choice.code == code) return std::string(choice.word);
    }
    return std::string(code);
}

boost::json::object EncodeRemarketingLead(const warehouse::RemarketingLead& lead) {
    return {{"conversation_id", lead.conversation.value()},
            {"display_id", lead.display_id},
            {"contact_name", lead.contact_name},
            {"contact_phone", OrNull(lead.contact_phone)},
            {"inbox_name", lead.inbox_name},
            {"channel_type", lead.channel_type},
            {"score", lead.score},
            {"category", lead.category},
            {"visit_scheduled", lead.visit_scheduled},
            {"last_message_at", lead.last_message_at},
            {"band", lead.band},
            {"reason", lead.reason},
            {"whatsapp_window_ends_at", OrNull(lead.whatsapp_window_ends_at)},
            {"needs_template", lead.needs_template},
            {"analysed_at", OrNull(lead.analysed_at)},
            {"priority", OrNull(lead.priority)},
            {"temperature", OrNull(lead.temperature)},
            {"next_step", OrNull(lead.next_step)},
            {"suggested_message", OrNull(lead.suggested_message)}};
}

int RunRemarketingList(const Context& context, const Arguments& arguments) {
    warehouse::RemarketingFilter filter;
    filter.band = CodeOf(arguments, "band", kBands);
    filter.reason = CodeOf(arguments, "reason", kReasons);
    filter.limit = arguments.WholeUpTo("limit", kListMax, kListDefault);
    pg::Connection connection = OpenMigratedWarehouse(context.settings);
    const base::TenantId tenant = TenantIdOf(arguments);
    {
        tenancy::RoleScope tenants(connection, tenancy::DatabaseRole::kEtlService);
        tenancy::GetTenant(tenants, tenant);
    }
    tenancy::TenantScope scope(connection, tenancy::DatabaseRole::kEtlService, tenant);
    const warehouse::RemarketingList list = warehouse::ListRemarketing(scope, filter);
    if (arguments.Has("json")) {
        boost::json::array leads;
        for (const auto& lead : list.leads) leads.push_back(EncodeRemarketingLead(lead));
        PrintLine(boost::json::serialize(
            boost::json::object{{"total", list.total}, {"leads", std::move(leads)}}));
        return kDone;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& lead : list.leads) {
        rows.push_back({lead.conversation.ToString(), lead.contact_name,
                        WordOf(lead.band, kBands), WordOf(lead.reason, kReasons),
                        lead.priority ? std::to_string(*lead.priority) : "",
                        lead.temperature.value_or(""), std::to_string(lead.score),
                        lead.needs_template ? "template" : "", lead.last_message_at,
                        lead.next_step.value_or("")});
    }
    PrintLine(FormatTable({"CONVERSATION", "CONTACT", "BAND", "REASON", "PRIORITY", "TEMPERATURE",
                           "SCORE", "WHATSAPP", "LAST MESSAGE", "NEXT STEP"},
                          rows));
    PrintLine(std::to_string(list.leads.size()) + " of " + std::to_string(list.total) + " leads");
    return kDone;
}

}  // namespace

Command RemarketingCommand() {
    return {"remarketing list",
            "List the leads to win back, those who wait for us first",
            {{"tenant-id", OptionKind::kInteger, "N", "Whose", Presence::kRequired},
             {"band", OptionKind::kText, "BAND",
              "recent (silent for 24 hours), medium (48) or cold (168)"},
             {"reason", OptionKind::kText, "REASON",
              "no-answer (nobody ever answered), awaits-call (or an answer that was promised) or "
              "silent"},
             {"limit", OptionKind::kInteger, "N", "At most so many (20)"},
             kJsonOption},
            RunRemarketingList};
}

}  // namespace geniai::app
