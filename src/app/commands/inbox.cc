#include <boost/json.hpp>
#include <map>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/json_values.h"
#include "app/output.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"
#include "base/error.h"
#include "tenancy/inboxes.h"
#include "tenancy/tenants.h"
#include "warehouse/inbox_move.h"

namespace geniai::app {

namespace {

// The source's inboxes that no tenant has; empty when no source is set, so that the list also works
// on a machine without one.
std::vector<chatwoot::SourceInbox> UnmappedInboxes(
    const Settings& settings, const std::vector<tenancy::MappedInbox>& mapped) {
    std::vector<chatwoot::SourceInbox> unmapped;
    if (settings.source_url.empty()) return unmapped;
    std::map<base::InboxId, bool> known;
    for (const auto& inbox : mapped) known[inbox.inbox.id] = true;
    SourceDirectory directory(settings);
    for (const auto& inbox : directory.ListInboxes()) {
        if (!known.contains(inbox.id)) unmapped.push_back(inbox);
    }
    return unmapped;
}

int RunInboxList(const Context& context, const Arguments& arguments) {
    const auto tenant = OptionalTenantIdOf(arguments);
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const auto mapped = tenancy::ListMappedInboxes(scope, tenant);
    boost::json::array list;
    std::vector<std::vector<std::string>> rows;
    const auto add = [&](const std::string& owner, const boost::json::value& tenant_id,
                         const tenancy::Inbox& inbox, std::string_view state) {
        list.push_back({{"tenant_id", tenant_id},
                        {"inbox_id", inbox.id.value()},
                        {"name", inbox.name},
                        {"channel_type", inbox.channel_type},
                        {"medium", OrNull(inbox.medium)},
                        {"state", state}});
        rows.push_back({owner, inbox.id.ToString(), inbox.name,
                        inbox.channel_type + InBrackets(inbox.medium), std::string(state)});
    };
    for (const tenancy::MappedInbox& inbox : mapped) {
        add(inbox.tenant.ToString(), inbox.tenant.value(), inbox.inbox, tenancy::StateOf(inbox));
    }
    if (!tenant) {
        for (const chatwoot::SourceInbox& inbox : UnmappedInboxes(context.settings, mapped)) {
            add("-", nullptr, {inbox.id, inbox.name, inbox.channel_type, inbox.medium}, "unmapped");
        }
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"inboxes", list}}));
    } else {
        PrintLine(FormatTable({"TENANT", "INBOX", "NAME", "CHANNEL", "STATE"}, rows));
    }
    return kDone;
}

// What the source says of an inbox; it must be of the tenant's own account.
tenancy::Inbox FindSourceInbox(const Settings& settings, const tenancy::Tenant& tenant,
                               base::InboxId id) {
    SourceDirectory directory(settings);
    for (const auto& inbox : directory.ListInboxes()) {
        if (inbox.id != id) continue;
        if (inbox.account == tenant.account)
            return {inbox.id, inbox.name, inbox.channel_type, inbox.medium};
        throw base::Error(base::ErrorCode::kConflict,
                          "inbox " + id.ToString() + " belongs to Chatwoot account " +
                              inbox.account.ToString() + ", which is not this tenant's");
    }
    throw base::Error(base::ErrorCode::kNotFound, "the source has no inbox " + id.ToString() +
                                                      "; geniai source inboxes lists them");
}

// What the mapping is to be made of. Switching off needs no source: hiding an inbox must work while
// Chatwoot's database is down.
tenancy::Inbox InboxToMap(const Settings& settings, tenancy::RoleScope& scope,
                          const tenancy::Tenant& tenant, base::InboxId id, bool off) {
    if (off) {
        const auto mapped = tenancy::FindMappedInbox(scope, id);
        if (mapped && mapped->tenant == tenant.id) return mapped->inbox;
    }
    return FindSourceInbox(settings, tenant, id);
}

int RunInboxMap(const Context& context, const Arguments& arguments) {
    const base::InboxId inbox(arguments.RequireInteger("inbox-id"));
    const base::TenantId tenant_id = TenantIdOf(arguments);
    const bool off = arguments.Has("off");
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const tenancy::Tenant tenant = tenancy::GetTenant(scope, tenant_id);
    tenancy::MapInbox(scope, tenant_id, InboxToMap(context.settings, scope, tenant, inbox, off),
                      off ? tenancy::InboxState::kInactive : tenancy::InboxState::kActive);
    scope.Commit();
    PrintLine("Inbox " + inbox.ToString() +
              (off ? " is switched off for tenant " : " belongs to tenant ") +
              tenant_id.ToString() +
              (off ? "." : "; the next sync reads all of its conversations."));
    return kDone;
}

void PrintMove(const warehouse::InboxMovePlan& plan, const warehouse::InboxMoveCounts& moved,
               const Arguments& arguments) {
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(
            boost::json::object{{"inbox_id", plan.inbox.value()},
                                {"from_tenant_id", plan.from.value()},
                                {"to_tenant_id", plan.to.value()},
                                {"conversations", moved.conversations},
                                {"transcripts", moved.transcripts},
                                {"classifications", moved.classifications},
                                {"rejects", moved.rejects},
                                {"contacts_added", moved.contacts_added},
                                {"contacts_removed", moved.contacts_removed}}));
        return;
    }
    PrintLine("Inbox " + plan.inbox.ToString() + " moved from tenant " + plan.from.ToString() +
              " to tenant " + plan.to.ToString() + " with " + std::to_string(moved.conversations) +
              " conversations; " + std::to_string(moved.contacts_added) +
              " contacts are new there, " + std::to_string(moved.contacts_removed) +
              " are gone here. The next sync of tenant " + plan.to.ToString() +
              " reads the inbox from the start.");
}

base::TenantId NewTenantOf(const Arguments& arguments) {
    const std::int64_t id = arguments.RequireInteger("to-tenant-id");
    if (id >= 0 && id <= INT32_MAX) return base::TenantId(id);
    throw base::Error(base::ErrorCode::kNotFound, "there is no tenant " + std::to_string(id) +
                                                      "; geniai tenant list shows them");
}

int RunInboxMove(const Context& context, const Arguments& arguments) {
    const base::InboxId inbox(arguments.RequireInteger("inbox-id"));
    const base::TenantId to = NewTenantOf(arguments);
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    const warehouse::InboxMovePlan plan = [&] {
        tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
        return warehouse::PlanInboxMove(scope, inbox, to);
    }();
    if (!arguments.Has("yes")) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "this moves inbox " + inbox.ToString() + " and its " +
                              std::to_string(plan.conversations) + " conversations from tenant " +
                              plan.from.ToString() + " to tenant " + to.ToString() +
                              ", which then alone sees them; nothing was done, say --yes to do it");
    }
    PrintMove(plan, warehouse::MoveInbox(warehouse, plan, "cli"), arguments);
    return kDone;
}

}  // namespace

std::vector<Command> InboxCommands() {
    return {
        {"inbox list",
         "List inboxes and their tenants, unmapped ones too",
         {{"tenant-id", OptionKind::kInteger, "N", "Only of this tenant"}, kJsonOption},
         RunInboxList},
        {"inbox map",
         "Give an inbox to a tenant, or switch it off",
         {{"inbox-id", OptionKind::kInteger, "N", "Which inbox", Presence::kRequired},
          {"tenant-id", OptionKind::kInteger, "N", "Whose it is", Presence::kRequired},
          {"off", OptionKind::kSwitch, "",
           "Hide it and its conversations; no sync switches it on"}},
         RunInboxMap},
        {"inbox move",
         "Move an inbox with all of its data to another tenant of the account",
         {{"inbox-id", OptionKind::kInteger, "N", "Which inbox", Presence::kRequired},
          {"to-tenant-id", OptionKind::kInteger, "M", "Who gets it", Presence::kRequired},
          {"yes", OptionKind::kSwitch, "",
           "Do it; without it only the number of conversations is told"},
          kJsonOption},
         RunInboxMove},
    };
}

}  // namespace geniai::app
