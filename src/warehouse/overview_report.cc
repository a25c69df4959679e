#include "warehouse/overview_report.h"

namespace geniai::warehouse {

namespace {

// One definition of each number, for the cards and for each inbox.
const std::string kKpiColumns = R"sql(
           count(v.conversation_id) as conversations,
           count(*) filter (where v.is_lead) as leads,
           count(*) filter (where v.visit_scheduled) as visits,
           count(*) filter (where v.crm_converted) as conversions,
           avg(v.first_response_seconds) as first_response_mean,
           percentile_cont(0.5) within group (order by v.first_response_seconds)
               as first_response_median,
           count(*) filter (where v.is_lead and v.user_messages_count = 0
                              and v.bot_messages_count = 0) as without_answer
)sql";

// $1, $2: from, to; $3: inbox or NULL. Bounds are compared with the bare column, so that its index
// serves.
const std::string kInPeriod = R"sql(
           v.conversation_created_at >= $1::timestamptz and v.conversation_created_at < $2::timestamptz
)sql";
const std::string kOfInbox = " and ($3::bigint is null or v.inbox_id = $3) ";

const pg::Query kKpis{"warehouse.report.kpis", "select " + kKpiColumns +
                                                   " from visible_conversations v where " +
                                                   kInPeriod + kOfInbox};

const pg::Query kLeadsPerDay{"warehouse.report.leads_per_day", R"sql(
    select d.day::date::text as date, coalesce(c.conversations, 0) as conversations,
           coalesce(c.leads, 0) as leads
      from generate_series($4::date, $5::date, interval '1 day') d(day)
      left join (
           select (v.conversation_created_at at time zone $6)::date as day,
                  count(*) as conversations, count(*) filter (where v.is_lead) as leads
             from visible_conversations v where )sql" + kInPeriod + kOfInbox + R"sql(
            group by 1) c on c.day = d.day::date
     order by d.day
)sql"};

const pg::Query kByInbox{"warehouse.report.by_inbox", R"sql(
    select m.inbox_id, coalesce(m.inbox_name, '') as inbox_name,
           coalesce(m.channel_type, '') as channel_type, )sql" + kKpiColumns + R"sql(
      from inbox_tenant_mapping m
      left join visible_conversations v
        on v.tenant_id = m.tenant_id and v.inbox_id = m.inbox_id and )sql" + kInPeriod + R"sql(
     where m.is_active
     group by m.inbox_id, m.inbox_name, m.channel_type
     order by conversations desc, m.inbox_name, m.inbox_id
)sql"};

const pg::Query kByCategory{"warehouse.report.by_category", R"sql(
    select v.category, count(*) as conversations, count(*) filter (where v.is_lead) as leads
      from visible_conversations v where )sql" + kInPeriod + kOfInbox + R"sql(
     group by v.category order by conversations desc, v.category
)sql"};

const pg::Query kByDayPart{"warehouse.report.by_day_part", R"sql(
    select p.name as period, count(v.conversation_id) as conversations,
           count(*) filter (where v.is_lead) as leads
      from unnest(array['Madrugada', 'Manhã', 'Tarde', 'Noite']) with ordinality p(name, part)
      left join visible_conversations v
        on extract(hour from v.conversation_created_at at time zone $4)::integer / 6 + 1 = p.part
       and )sql" + kInPeriod + kOfInbox + R"sql(
     group by p.name, p.part order by p.part
)sql"};

const pg::Query kCompleteUpTo{"warehouse.report.complete_up_to", R"sql(
    select rfc3339(max(complete_up_to)) as complete_up_to from etl_control where status = 'success'
)sql"};

const pg::Query kInboxChoices{"warehouse.report.inbox_choices", R"sql(
    select inbox_id, coalesce(inbox_name, '') as inbox_name
      from inbox_tenant_mapping where is_active order by inbox_name, inbox_id
)sql"};

Kpis KpisOf(const pg::Row& row) {
    return {row["conversations"].Int64(),
            row["leads"].Int64(),
            row["visits"].Int64(),
            row["conversions"].Int64(),
            row["first_response_mean"].OptionalDouble(),
            row["first_response_median"].OptionalDouble(),
            row["without_answer"].Int64()};
}

}  // namespace

Kpis ReadKpis(tenancy::TenantScope& scope, const ReportPeriod& period) {
    return KpisOf(scope.Execute(kKpis, period.from, period.to, period.inbox).One());
}

Kpis ReadPreviousKpis(tenancy::TenantScope& scope, const ReportPeriod& period) {
    return KpisOf(scope.Execute(kKpis, period.previous_from, period.from, period.inbox).One());
}

std::vector<DayCount> ReadLeadsPerDay(tenancy::TenantScope& scope, const ReportPeriod& period) {
    std::vector<DayCount> days;
    for (const pg::Row row : scope.Execute(kLeadsPerDay, period.from, period.to, period.inbox,
                                           period.first_day, period.last_day, period.timezone)) {
        days.push_back(
            {row["date"].String(), row["conversations"].Int64(), row["leads"].Int64()});
    }
    return days;
}

std::vector<InboxCounts> ReadByInbox(tenancy::TenantScope& scope, const ReportPeriod& period) {
    std::vector<InboxCounts> inboxes;
    for (const pg::Row row : scope.Execute(kByInbox, period.from, period.to)) {
        inboxes.push_back({base::InboxId(row["inbox_id"].Int64()), row["inbox_name"].String(),
                           row["channel_type"].String(), KpisOf(row)});
    }
    return inboxes;
}

std::vector<CategoryCount> ReadByCategory(tenancy::TenantScope& scope,
                                          const ReportPeriod& period) {
    std::vector<CategoryCount> categories;
    for (const pg::Row row : scope.Execute(kByCategory, period.from, period.to, period.inbox)) {
        categories.push_back(
            {row["category"].String(), row["conversations"].Int64(), row["leads"].Int64()});
    }
    return categories;
}

std::vector<DayPartCount> ReadByDayPart(tenancy::TenantScope& scope, const ReportPeriod& period) {
    std::vector<DayPartCount> parts;
    for (const pg::Row row :
         scope.Execute(kByDayPart, period.from, period.to, period.inbox, period.timezone)) {
        parts.push_back(
            {row["period"].String(), row["conversations"].Int64(), row["leads"].Int64()});
    }
    return parts;
}

std::vector<InboxChoice> ReadInboxChoices(tenancy::TenantScope& scope) {
    std::vector<InboxChoice> choices;
    for (const pg::Row row : scope.Execute(kInboxChoices)) {
        choices.push_back({base::InboxId(row["inbox_id"].Int64()), row["inbox_name"].String()});
    }
    return choices;
}

std::optional<std::string> ReadCompleteUpTo(tenancy::TenantScope& scope) {
    return scope.Execute(kCompleteUpTo).One()["complete_up_to"].OptionalString();
}

}  // namespace geniai::warehouse
