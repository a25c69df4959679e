#include "warehouse/remarketing_list.h"

namespace geniai::warehouse {

namespace {

const std::string kPassing = R"sql(
      from remarketing_list l
     where ($1::text is null or l.band = $1) and ($2::text is null or l.reason = $2)
)sql";

const pg::Query kCountPassing{"warehouse.remarketing.count", "select count(*) as total" + kPassing};

const pg::Query kListPassing{"warehouse.remarketing.list", R"sql(
    select l.conversation_id, l.display_id, coalesce(l.contact_name, '') as contact_name,
           l.contact_phone, coalesce(l.inbox_name, '') as inbox_name,
           coalesce(l.inbox_channel_type, '') as channel_type, l.score, l.category,
           l.visit_scheduled, rfc3339(l.last_public_message_at) as last_message_at, l.band,
           l.reason, rfc3339(l.whatsapp_window_ends_at) as whatsapp_window_ends_at,
           l.needs_template, rfc3339(l.analysed_at) as analysed_at, l.priority, l.temperature, l.next_step,
           l.suggested_message
)sql" + kPassing + R"sql(
     order by l.reason <> 'RETORNO_PENDENTE', l.priority desc nulls last, l.score desc,
              l.last_public_message_at desc, l.conversation_id
     limit $3
)sql"};

RemarketingLead RemarketingLeadOf(const pg::Row& row) {
    RemarketingLead lead;
    lead.conversation = base::ConversationId(row["conversation_id"].Int64());
    lead.display_id = row["display_id"].Int64();
    lead.contact_name = row["contact_name"].String();
    lead.contact_phone = row["contact_phone"].OptionalString();
    lead.inbox_name = row["inbox_name"].String();
    lead.channel_type = row["channel_type"].String();
    lead.score = row["score"].Int();
    lead.category = row["category"].String();
    lead.visit_scheduled = row["visit_scheduled"].Bool();
    lead.last_message_at = row["last_message_at"].String();
    lead.band = row["band"].String();
    lead.reason = row["reason"].String();
    lead.whatsapp_window_ends_at = row["whatsapp_window_ends_at"].OptionalString();
    lead.needs_template = row["needs_template"].Bool();
    lead.analysed_at = row["analysed_at"].OptionalString();
    lead.priority = row["priority"].OptionalInt64();
    lead.temperature = row["temperature"].OptionalString();
    lead.next_step = row["next_step"].OptionalString();
    lead.suggested_message = row["suggested_message"].OptionalString();
    return lead;
}

}  // namespace

RemarketingList ListRemarketing(tenancy::TenantScope& scope, const RemarketingFilter& filter) {
    RemarketingList list;
    list.total = scope.Execute(kCountPassing, filter.band, filter.reason).One()["total"].Int64();
    for (const pg::Row row : scope.Execute(kListPassing, filter.band, filter.reason, filter.limit)) {
        list.leads.push_back(RemarketingLeadOf(row));
    }
    return list;
}

}  // namespace geniai::warehouse
