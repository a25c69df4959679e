#include "warehouse/lead_report.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "base/fold.h"

namespace geniai::warehouse {

namespace {

const std::string kSummaryColumns = R"sql(
           v.conversation_id, v.display_id, v.contact_name, v.contact_phone, v.inbox_id,
           coalesce(v.inbox_name, '') as inbox_name, v.status,
           coalesce((array['Aberta', 'Resolvida', 'Pendente', 'Adiada'])[v.status + 1],
                    'Desconhecida') as status_label,
           rfc3339(v.first_public_message_at) as first_message_at,
           rfc3339(v.last_public_message_at) as last_message_at,
           v.t_messages, v.is_lead, v.visit_scheduled, v.crm_converted, v.score, v.label,
           v.category, v.assignee_name, to_json(v.labels) as labels
)sql";

// One condition a filter; a filter that is not set is NULL.
const std::string kLeadConditions = R"sql(
      from visible_conversations v
     where v.is_lead
       and v.conversation_created_at >= $1::timestamptz
       and v.conversation_created_at < $2::timestamptz
       and ($3::bigint is null or v.inbox_id = $3)
       and ($4::text is null or v.label = $4)
       and case $5::text when 'visit' then v.visit_scheduled
                         when 'conversion' then v.crm_converted
                         when 'without_answer' then v.user_messages_count = 0
                                                and v.bot_messages_count = 0
                         else true end
       and ($6::smallint is null or v.status = $6)
       and ($7::text is null or v.category = $7)
       and ((coalesce(v.search_text, '') like all ($8::text[])
             and coalesce(v.contact_name, '') ilike all ($9::text[]))
            or v.display_id = $10::bigint)
)sql";

const pg::Query kCountLeads{"warehouse.report.leads.count",
                            "select count(*) as total" + kLeadConditions};

// Pages have numbers that people jump between and go no deeper than a tenant's leads, so an offset
// serves them better than a page token.
const pg::Query kListLeads{"warehouse.report.leads.list",
                           "select " + kSummaryColumns + kLeadConditions + R"sql(
     order by v.last_public_message_at desc nulls last, v.conversation_id desc
     limit $11 offset $12
)sql"};

const pg::Query kFindConversation{"warehouse.report.conversation",
                                  "select " + kSummaryColumns + R"sql(
           , v.contact_email, v.team_name, coalesce(v.inbox_channel_type, '') as channel_type,
           rfc3339(v.conversation_created_at) as created_at, v.first_response_seconds,
           v.csat_rating, v.csat_feedback, coalesce(k.evidence, '[]') as evidence,
           coalesce(x.message_compiled, '[]') as message_compiled
      from visible_conversations v
      left join classifications k on k.tenant_id = v.tenant_id
                                 and k.conversation_id = v.conversation_id
      left join conversation_transcripts x on x.tenant_id = v.tenant_id
                                          and x.conversation_id = v.conversation_id
     where v.conversation_id = $1
)sql"};

const char* NameOf(LeadFlag flag) {
    switch (flag) {
        case LeadFlag::kVisit: return "visit";
        case LeadFlag::kConversion: return "conversion";
        case LeadFlag::kWithoutAnswer: return "without_answer";
    }
    return "";
}

// '%' and '_' in what people type are text, not wildcards.
std::string LikePattern(std::string_view word) {
    std::string pattern = "%";
    for (const char c : word) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

// Digits alone when somebody typed a phone number with its blanks and brackets.
std::optional<std::string> PhoneDigits(const std::string& search) {
    constexpr std::size_t kPhoneDigitsMin = 4;
    std::string digits;
    for (const char c : search) {
        if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
            digits += c;
        } else if (std::string_view("+-() .").find(c) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    if (digits.size() < kPhoneDigitsMin) return std::nullopt;
    return digits;
}

// What a search looks for: every word must be there.
struct SearchPatterns {
    std::vector<std::string> folded;   // in the folded name, phone and e-mail
    std::vector<std::string> written;  // in the name as it is written: words that folding loses
};

SearchPatterns PatternsOf(const std::string& search) {
    if (const auto digits = PhoneDigits(search)) return {{LikePattern(*digits)}, {}};
    SearchPatterns patterns;
    std::istringstream words(search);
    std::string word;
    while (words >> word) {
        const std::string folded = base::FoldText(word);
        // A blank in it stands for a character that has no ASCII ("日本", an emoji), and would match
        // any other.
        const bool lost = folded.empty() || folded.find(' ') != std::string::npos;
        (lost ? patterns.written : patterns.folded).push_back(LikePattern(lost ? word : folded));
    }
    return patterns;
}

std::optional<std::int64_t> DisplayId(const std::string& search) {
    constexpr std::size_t kDigitsMax = 12;
    const std::string digits = search.starts_with('#') ? search.substr(1) : search;
    const bool is_number = !digits.empty() && digits.size() <= kDigitsMax &&
                           std::ranges::all_of(digits, [](unsigned char c) {
                               return std::isdigit(c) != 0;
                           });
    if (!is_number) return std::nullopt;
    return std::stoll(digits);
}

ConversationSummary SummaryOf(const pg::Row& row) {
    ConversationSummary summary;
    summary.id = base::ConversationId(row["conversation_id"].Int64());
    summary.display_id = row["display_id"].Int64();
    summary.contact_name = row["contact_name"].OptionalString();
    summary.contact_phone = row["contact_phone"].OptionalString();
    summary.inbox = base::InboxId(row["inbox_id"].Int64());
    summary.inbox_name = row["inbox_name"].String();
    summary.status = row["status"].Int();
    summary.status_label = row["status_label"].String();
    summary.first_message_at = row["first_message_at"].OptionalString();
    summary.last_message_at = row["last_message_at"].OptionalString();
    summary.messages = row["t_messages"].Int64();
    summary.is_lead = row["is_lead"].Bool();
    summary.visit_scheduled = row["visit_scheduled"].Bool();
    summary.crm_converted = row["crm_converted"].Bool();
    summary.score = row["score"].Int();
    summary.label = row["label"].String();
    summary.category = row["category"].String();
    summary.assignee_name = row["assignee_name"].OptionalString();
    summary.labels_json = row["labels"].String();
    return summary;
}

}  // namespace

LeadPage ReadLeads(tenancy::TenantScope& scope, const ReportPeriod& period,
                   const LeadFilter& filter) {
    std::optional<std::string> flag;
    if (filter.flag) flag = NameOf(*filter.flag);
    const SearchPatterns patterns = PatternsOf(filter.search);
    const std::string folded = pg::TextArray(patterns.folded);
    const std::string written = pg::TextArray(patterns.written);
    const std::optional<std::int64_t> display_id = DisplayId(filter.search);
    LeadPage page;
    page.total = scope
                     .Execute(kCountLeads, period.from, period.to, period.inbox, filter.label, flag,
                              filter.status, filter.category, folded, written, display_id)
                     .One()["total"]
                     .Int64();
    for (const pg::Row row :
         scope.Execute(kListLeads, period.from, period.to, period.inbox, filter.label, flag,
                       filter.status, filter.category, folded, written, display_id, kLeadsPerPage,
                       std::int64_t{filter.page - 1} * kLeadsPerPage)) {
        page.leads.push_back(SummaryOf(row));
    }
    return page;
}

std::optional<ConversationDetail> FindConversation(tenancy::TenantScope& scope,
                                                   base::ConversationId id) {
    const pg::Result rows = scope.Execute(kFindConversation, id);
    if (rows.empty()) return std::nullopt;
    const pg::Row row = rows.One();
    ConversationDetail detail;
    detail.summary = SummaryOf(row);
    detail.contact_email = row["contact_email"].OptionalString();
    detail.team_name = row["team_name"].OptionalString();
    detail.channel_type = row["channel_type"].String();
    detail.created_at = row["created_at"].String();
    detail.first_response_seconds = row["first_response_seconds"].OptionalDouble();
    detail.csat_rating = row["csat_rating"].OptionalInt64();
    detail.csat_feedback = row["csat_feedback"].OptionalString();
    detail.evidence_json = row["evidence"].String();
    detail.messages_json = row["message_compiled"].String();
    return detail;
}

}  // namespace geniai::warehouse
