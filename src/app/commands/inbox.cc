#include <boost/json.hpp>
#include <map>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"
#include "base/error.h"
#include "chatwoot/source.h"
#include "tenancy/inboxes.h"
#include "tenancy/tenants.h"

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
    chatwoot::Source source(SourceSettingsOf(settings));
    chatwoot::Snapshot snapshot(source);
    for (const auto& inbox : chatwoot::ListInboxes(snapshot, std::nullopt)) {
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
                         base::InboxId id, const std::string& name, const std::string& channel,
                         const std::string& state) {
        list.push_back({{"tenant_id", tenant_id},
                        {"inbox_id", id.value()},
                        {"name", name},
                        {"channel_type", channel},
                        {"state", state}});
        rows.push_back({owner, id.ToString(), name, channel, state});
    };
    for (const tenancy::MappedInbox& inbox : mapped) {
        add(inbox.tenant.ToString(), inbox.tenant.value(), inbox.inbox.id, inbox.inbox.name,
            inbox.inbox.channel_type, inbox.is_active ? "active" : "off");
    }
    if (!tenant) {
        for (const chatwoot::SourceInbox& inbox : UnmappedInboxes(context.settings, mapped)) {
            add("-", nullptr, inbox.id, inbox.name, inbox.channel_type, "unmapped");
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
    chatwoot::Source source(SourceSettingsOf(settings));
    chatwoot::Snapshot snapshot(source);
    for (const auto& inbox : chatwoot::ListInboxes(snapshot, std::nullopt)) {
        if (inbox.id != id) continue;
        if (inbox.account == tenant.account) return {inbox.id, inbox.name, inbox.channel_type};
        throw base::Error(base::ErrorCode::kConflict,
                          "inbox " + id.ToString() + " belongs to Chatwoot account " +
                              inbox.account.ToString() + ", which is not this tenant's");
    }
    throw base::Error(base::ErrorCode::kNotFound,
                      "the source has no inbox " + id.ToString() + "; geniai source inboxes lists them");
}

int RunInboxMap(const Context& context, const Arguments& arguments) {
    const base::InboxId inbox(arguments.RequireInteger("inbox-id"));
    const base::TenantId tenant_id = TenantIdOf(arguments);
    const bool off = arguments.Has("off");
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const tenancy::Tenant tenant = tenancy::GetTenant(scope, tenant_id);
    tenancy::MapInbox(scope, tenant_id, FindSourceInbox(context.settings, tenant, inbox),
                      off ? tenancy::InboxState::kInactive : tenancy::InboxState::kActive);
    scope.Commit();
    PrintLine("Inbox " + inbox.ToString() +
              (off ? " is switched off for tenant " : " belongs to tenant ") +
              tenant_id.ToString() + (off ? "." : "; the next sync reads all of its conversations."));
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
          {"off", OptionKind::kSwitch, "", "Hide it and its conversations; no sync switches it on"}},
         RunInboxMap},
    };
}

}  // namespace geniai::app
