#include "warehouse/tenant_report.h"

namespace geniai::warehouse {

namespace {

const pg::Query kTenantReport{"warehouse.report.tenants", R"sql(
    select t.id, t.name, t.slug, t.status, t.plan, t.timezone,
           coalesce(c.conversations, 0) as conversations, coalesce(c.leads, 0) as leads,
           coalesce(i.inboxes, 0) as inboxes, coalesce(u.users, 0) as users,
           rfc3339(coalesce(r.finished_at, r.started_at)) as last_sync_at,
           r.status as last_sync_status, r.error_message as last_sync_error,
           rfc3339(f.complete_up_to) as complete_up_to,
           case when p.holds then rfc3339(p.proven_at) end as proven_up_to,
           coalesce(not p.holds, false) as proof_failed,
           (select count(*) from etl_rejects j
             where j.tenant_id = t.id and j.resolved_at is null) as rejected,
           (select count(*) from alerts a
             where a.tenant_id = t.id and a.recovered_at is null) as open_alerts
      from tenants t
      left join (select v.tenant_id, count(*) as conversations,
                        count(*) filter (where v.is_lead) as leads
                   from visible_conversations v group by v.tenant_id) c on c.tenant_id = t.id
      left join (select m.tenant_id, count(*) as inboxes from inbox_tenant_mapping m
                  where m.is_active group by m.tenant_id) i on i.tenant_id = t.id
      left join (select p.tenant_id, count(*) as users from users p
                  where p.is_active and p.deleted_at is null group by p.tenant_id) u
        on u.tenant_id = t.id
      left join lateral (select e.status, e.started_at, e.finished_at, e.error_message
                           from etl_control e where e.tenant_id = t.id
                          order by e.started_at desc limit 1) r on true
      left join lateral (select max(e.complete_up_to) as complete_up_to
                           from etl_control e
                          where e.tenant_id = t.id and e.status = 'success') f on true
      left join lateral (select q.holds, q.proven_at from completeness_proofs q
                          where q.tenant_id = t.id order by q.id desc limit 1) p on true
     where t.id <> 0 and t.deleted_at is null
     order by t.name, t.id
)sql"};

}  // namespace

std::vector<TenantSummary> ReadTenants(tenancy::RoleScope& scope) {
    std::vector<TenantSummary> tenants;
    for (const pg::Row row : scope.Execute(kTenantReport)) {
        TenantSummary tenant;
        tenant.id = base::TenantId(row["id"].Int64());
        tenant.name = row["name"].String();
        tenant.slug = row["slug"].String();
        tenant.status = row["status"].String();
        tenant.plan = row["plan"].String();
        tenant.timezone = row["timezone"].String();
        tenant.conversations = row["conversations"].Int64();
        tenant.leads = row["leads"].Int64();
        tenant.inboxes = row["inboxes"].Int64();
        tenant.users = row["users"].Int64();
        tenant.last_sync_at = row["last_sync_at"].OptionalString();
        tenant.last_sync_status = row["last_sync_status"].OptionalString();
        tenant.last_sync_error = row["last_sync_error"].OptionalString();
        tenant.complete_up_to = row["complete_up_to"].OptionalString();
        tenant.proven_up_to = row["proven_up_to"].OptionalString();
        tenant.proof_failed = row["proof_failed"].Bool();
        tenant.rejected = row["rejected"].Int64();
        tenant.open_alerts = row["open_alerts"].Int64();
        tenants.push_back(tenant);
    }
    return tenants;
}

}  // namespace geniai::warehouse
