#include "warehouse/inbox_move.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "tenancy/audit_log.h"
#include "tenancy/inboxes.h"
#include "tenancy/tenant_lock.h"
#include "tenancy/tenants.h"

namespace geniai::warehouse {

namespace {

const pg::Query kCountConversations{"warehouse.move.count", R"sql(
    select count(*) as n from conversations where tenant_id = $1 and inbox_id = $2
)sql"};

// Every column but the tenant, so that one which a later migration adds moves too.
const pg::Query kColumns{"warehouse.move.columns", R"sql(
    select string_agg(quote_ident(attname), ', ' order by attnum) as names
      from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
       and attname <> 'tenant_id'
)sql"};

const pg::Query kTakeConversations{"warehouse.move.take_conversations", R"sql(
    create temporary table moving_conversations on commit drop as
        select * from conversations where inbox_id = $1
)sql"};

const pg::Query kTakeTranscripts{"warehouse.move.take_transcripts", R"sql(
    create temporary table moving_transcripts on commit drop as
        select * from conversation_transcripts
         where conversation_id in (select conversation_id from moving_conversations)
)sql"};

const pg::Query kTakeClassifications{"warehouse.move.take_classifications", R"sql(
    create temporary table moving_classifications on commit drop as
        select * from classifications
         where conversation_id in (select conversation_id from moving_conversations)
)sql"};

// They go with their conversations; claims end with them, and the leads wait for the next run.
const pg::Query kTakeAnalyses{"warehouse.move.take_analyses", R"sql(
    create temporary table moving_analyses on commit drop as
        select * from lead_analyses
         where conversation_id in (select conversation_id from moving_conversations)
)sql"};

const pg::Query kTakeVerdicts{"warehouse.move.take_verdicts", R"sql(
    create temporary table moving_verdicts on commit drop as
        select * from model_verdicts
         where conversation_id in (select conversation_id from moving_conversations)
)sql"};

const pg::Query kTakeContacts{"warehouse.move.take_contacts", R"sql(
    create temporary table moving_contacts on commit drop as
        select * from contacts
         where contact_id in (select contact_id from moving_conversations)
)sql"};

// A conversation that never loaded says itself of which inbox it is.
const pg::Query kTakeRejects{"warehouse.move.take_rejects", R"sql(
    create temporary table moving_rejects on commit drop as
        select * from etl_rejects
         where stream = 'conversations'
           and (inbox_id = $1
                or source_id in (select conversation_id from moving_conversations))
        union all
        select * from etl_rejects
         where stream = 'contacts'
           and source_id in (select contact_id from moving_conversations)
)sql"};

const pg::Query kAnalyze{
    "warehouse.move.analyze",
    "analyze moving_conversations, moving_transcripts, moving_classifications, moving_analyses, "
    "moving_verdicts, moving_contacts, moving_rejects"};

const pg::Query kRemoveTranscripts{"warehouse.move.remove_transcripts", R"sql(
    delete from conversation_transcripts x using moving_conversations m
     where x.conversation_id = m.conversation_id
)sql"};

const pg::Query kRemoveClassifications{"warehouse.move.remove_classifications", R"sql(
    delete from classifications k using moving_conversations m
     where k.conversation_id = m.conversation_id
)sql"};

const pg::Query kRemoveConversations{"warehouse.move.remove_conversations", R"sql(
    delete from conversations where inbox_id = $1
)sql"};

const pg::Query kRemoveContacts{"warehouse.move.remove_contacts", R"sql(
    delete from contacts p using moving_contacts m
     where p.contact_id = m.contact_id
       and not exists (select from conversations c where c.contact_id = p.contact_id)
)sql"};

const pg::Query kRemoveRejects{"warehouse.move.remove_rejects", R"sql(
    delete from etl_rejects r using moving_rejects m
     where r.stream = m.stream and r.source_id = m.source_id
       and (r.stream = 'conversations'
            or not exists (select from conversations c where c.contact_id = r.source_id))
)sql"};

// The open pass of the old tenant must not report the inbox as loaded.
const pg::Query kLeavePass{"warehouse.move.leave_pass", R"sql(
    update sync_state set loading_inboxes = array_remove(loading_inboxes, $1::bigint)
     where $1::bigint = any (loading_inboxes)
)sql"};

// What the new tenant has of the same rows: a conversation that changed inboxes in Chatwoot, a
// contact that it believes deleted, a row that it could not load either.
const pg::Query kClearConversations{"warehouse.move.clear_conversations", R"sql(
    delete from conversations c using moving_conversations m
     where c.conversation_id = m.conversation_id
)sql"};

const pg::Query kClearContacts{"warehouse.move.clear_contacts", R"sql(
    delete from contacts p using moving_contacts m
     where p.contact_id = m.contact_id and p.deleted_at is not null and m.deleted_at is null
)sql"};

const pg::Query kClearRejects{"warehouse.move.clear_rejects", R"sql(
    delete from etl_rejects r using moving_rejects m
     where r.stream = m.stream and r.source_id = m.source_id
)sql"};

base::Error Refused(const std::string& reason) {
    return {base::ErrorCode::kConflict, reason};
}

void RequireSameAccount(tenancy::RoleScope& scope, base::TenantId from, base::TenantId to) {
    const auto old_account = tenancy::GetTenant(scope, from).account;
    const auto new_account = tenancy::GetTenant(scope, to).account;
    if (old_account && old_account == new_account) return;
    throw Refused("tenants " + from.ToString() + " and " + to.ToString() +
                  " are not of the same Chatwoot account, so no inbox moves between them");
}

std::string MovedColumns(tenancy::TenantVisit& visit, const std::string& table) {
    return visit.Execute(kColumns, table).One()["names"].String();
}

// Copies the rows of the inbox into temporary tables and removes them from their tenant.
void TakeOut(tenancy::TenantVisit& old_tenant, base::InboxId inbox, InboxMoveCounts& counts) {
    counts.conversations = old_tenant.Execute(kTakeConversations, inbox).affected();
    old_tenant.Execute(kTakeTranscripts);
    old_tenant.Execute(kTakeClassifications);
    old_tenant.Execute(kTakeAnalyses);
    old_tenant.Execute(kTakeVerdicts);
    old_tenant.Execute(kTakeContacts);
    old_tenant.Execute(kTakeRejects, inbox);
    old_tenant.Execute(kAnalyze);
    counts.transcripts = old_tenant.Execute(kRemoveTranscripts).affected();
    counts.classifications = old_tenant.Execute(kRemoveClassifications).affected();
    old_tenant.Execute(kRemoveConversations, inbox);
    counts.contacts_removed = old_tenant.Execute(kRemoveContacts).affected();
    old_tenant.Execute(kRemoveRejects);
    old_tenant.Execute(kLeavePass, inbox);
}

std::int64_t PutInto(tenancy::TenantVisit& new_tenant, const std::string& table,
                     const std::string& moving, const std::string& on_conflict = "") {
    const std::string columns = MovedColumns(new_tenant, table);
    return new_tenant
        .Execute({"warehouse.move.put", "insert into " + table + " (tenant_id, " + columns +
                                            ") select current_tenant_id(), " + columns + " from " +
                                            moving + on_conflict})
        .affected();
}

// A contact that the new tenant has already stays as it is: it is as fresh as that tenant's bounds
// say.
void PutIn(tenancy::TenantVisit& new_tenant, InboxMoveCounts& counts) {
    new_tenant.Execute(kClearConversations);
    new_tenant.Execute(kClearContacts);
    new_tenant.Execute(kClearRejects);
    counts.contacts_added =
        PutInto(new_tenant, "contacts", "moving_contacts", " on conflict do nothing");
    PutInto(new_tenant, "conversations", "moving_conversations");
    PutInto(new_tenant, "conversation_transcripts", "moving_transcripts");
    PutInto(new_tenant, "classifications", "moving_classifications");
    PutInto(new_tenant, "lead_analyses", "moving_analyses");
    PutInto(new_tenant, "model_verdicts", "moving_verdicts");
    counts.rejects = PutInto(new_tenant, "etl_rejects", "moving_rejects");
}

void AuditMove(tenancy::RoleScope& scope, const InboxMovePlan& plan, const InboxMoveCounts& counts,
               std::string_view actor) {
    const std::string details =
        R"({"from_tenant": )" + plan.from.ToString() + R"(, "to_tenant": )" + plan.to.ToString() +
        R"(, "conversations": )" + std::to_string(counts.conversations) + "}";
    for (const base::TenantId tenant : {plan.from, plan.to}) {
        tenancy::AppendAudit(scope, tenant,
                             {actor, "inbox.move", "inbox " + plan.inbox.ToString(), details});
    }
}

InboxMoveCounts MoveRows(tenancy::RoleScope& scope, const InboxMovePlan& plan) {
    InboxMoveCounts counts;
    {
        tenancy::TenantVisit old_tenant(scope, plan.from);
        TakeOut(old_tenant, plan.inbox, counts);
    }
    {
        tenancy::TenantVisit new_tenant(scope, plan.to);
        PutIn(new_tenant, counts);
    }
    return counts;
}

}  // namespace

InboxMovePlan PlanInboxMove(tenancy::RoleScope& scope, base::InboxId inbox, base::TenantId to) {
    const auto mapped = tenancy::FindMappedInbox(scope, inbox);
    if (!mapped) {
        throw base::Error(base::ErrorCode::kNotFound,
                          "no tenant has inbox " + inbox.ToString() +
                              "; geniai inbox list shows them, geniai inbox map gives one away");
    }
    if (mapped->tenant == to) {
        throw Refused("inbox " + inbox.ToString() + " belongs to tenant " + to.ToString() +
                      " already");
    }
    RequireSameAccount(scope, mapped->tenant, to);
    if (mapped->is_closed) {
        throw Refused("inbox " + inbox.ToString() + " is closed: Chatwoot has it no more");
    }
    const auto conversations =
        scope.Execute(kCountConversations, mapped->tenant, inbox).One()["n"].Int64();
    return {inbox, mapped->tenant, to, conversations};
}

InboxMoveCounts MoveInbox(pg::Connection& warehouse, const InboxMovePlan& plan,
                          std::string_view actor) {
    const auto [low, high] = std::minmax(plan.from, plan.to);
    const pg::AdvisoryLock low_lock = tenancy::LockTenant(warehouse, low);
    const pg::AdvisoryLock high_lock = tenancy::LockTenant(warehouse, high);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    if (PlanInboxMove(scope, plan.inbox, plan.to).from != plan.from) {
        throw Refused("inbox " + plan.inbox.ToString() + " changed hands meanwhile; look again");
    }
    const InboxMoveCounts counts = MoveRows(scope, plan);
    tenancy::ReassignInbox(scope, plan.inbox, plan.from, plan.to);
    AuditMove(scope, plan, counts, actor);
    scope.Commit();
    return counts;
}

}  // namespace geniai::warehouse
