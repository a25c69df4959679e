#include "warehouse/lead_analyses.h"

#include "pg/parameter.h"

namespace geniai::warehouse {

namespace {

const pg::Query kEndStale{"warehouse.analyses.end_stale", R"sql(
    update lead_analyses a
       set state = 'stale', ended_at = now(), end_reason = 'there are newer messages'
      from conversations c
     where c.conversation_id = a.conversation_id and a.state = 'current'
       and c.last_public_message_at > a.last_message_at
)sql"};

const std::string kLeadColumns = R"sql(
    select s.conversation_id, s.band, s.was_answered, s.reason = 'RETORNO_PENDENTE' as awaits_call,
           (extract(epoch from s.last_public_message_at) * 1000000)::bigint as last_message_at,
           extract(epoch from now() - s.last_public_message_at)::float8 / 3600 as idle_hours,
           t.name as tenant_name, coalesce(s.inbox_name, '') as inbox_name,
           coalesce(s.contact_name, '') as contact_name, s.score, s.category, k.visit_scheduled,
           k.evidence, x.message_compiled
      from silent_leads s
      join tenants t on t.id = s.tenant_id
      join classifications k on k.tenant_id = s.tenant_id
                            and k.conversation_id = s.conversation_id
      join conversation_transcripts x on x.tenant_id = s.tenant_id
                                     and x.conversation_id = s.conversation_id
)sql";

const pg::Query kFindLead{"warehouse.analyses.find_lead",
                          kLeadColumns + " where s.conversation_id = $1", pg::Planning::kOnce};

const pg::Query kReplace{"warehouse.analyses.replace", R"sql(
    update lead_analyses
       set state = case when last_message_at < to_timestamp($2::bigint / 1000000.0)
                        then 'stale' else 'replaced' end,
           ended_at = now(), end_reason = 'a newer analysis'
     where conversation_id = $1 and state = 'current'
)sql", pg::Planning::kOnce};

// What the lead has written since it was claimed makes the analysis stale at birth.
const pg::Query kStore{"warehouse.analyses.store", R"sql(
    with moment as (select timestamptz 'epoch' + $2::bigint * interval '1 microsecond' as at),
         newer as (select exists (select from conversations, moment
                                   where conversation_id = $1
                                     and last_public_message_at > moment.at) as found)
    insert into lead_analyses (
        tenant_id, conversation_id, last_message_at, state, ended_at, end_reason,
        conversation_type, summary, suggested_message, message_source, priority, keywords,
        confidence, interest, objections, urgency, next_step, customer_name, evidence, analyst,
        model, prompt_version, input_hash, reused_from, call_id, input_tokens, cached_input_tokens,
        output_tokens, brl, seconds, metadata)
    select current_tenant_id(), $1, moment.at,
           case when newer.found then 'stale' else 'current' end,
           case when newer.found then now() end,
           case when newer.found then 'there are newer messages' end,
           case when $3 then 'SKIP_NO_RESPONSE' else remarketing_band(moment.at, now()) end,
           $4, $5, $6, $7, $8::text[], $9, $10, $11::text[], $12, $13, $14, $15::jsonb, $16,
           $17, $18, $19::bytea, $20, $21, $22, $23, $24, $25, $26, $27::jsonb
      from moment, newer
)sql", pg::Planning::kOnce};

const std::string kFindingsColumns = R"sql(
    analysis_id, summary, suggested_message, coalesce(message_source, '') as message_source,
    priority, to_json(keywords) as keywords, confidence, interest,
    to_json(objections) as objections, coalesce(urgency, '') as urgency, next_step, customer_name,
    evidence
)sql";

const pg::Query kFindEarlier{"warehouse.analyses.find_earlier", "select " + kFindingsColumns + R"sql(
      from lead_analyses
     where conversation_id = $4 and input_hash = $1::bytea and analyst = 'model' and model = $2
       and prompt_version = $3
       and state in ('current', 'stale')
     order by analysis_id desc limit 1
)sql", pg::Planning::kOnce};

const pg::Query kList{"warehouse.analyses.list", "select " + kFindingsColumns + R"sql(,
           conversation_id, state, conversation_type, rfc3339(analysed_at) as analysed_at,
           rfc3339(last_message_at) as last_message_at, rfc3339(ended_at) as ended_at, end_reason,
           temperature, analyst, model, prompt_version, input_hash, reused_from, call_id,
           input_tokens, cached_input_tokens, output_tokens, brl, seconds, metadata
      from lead_analyses
     where conversation_id = $1
     order by analysis_id desc
)sql"};

const pg::Query kInvalidate{"warehouse.analyses.invalidate", R"sql(
    update lead_analyses set state = 'invalid', ended_at = now(), end_reason = $2
     where conversation_id = $1 and state = 'current'
)sql"};

const pg::Query kReplaceOnRequest{"warehouse.analyses.replace_on_request", R"sql(
    update lead_analyses set state = 'replaced', ended_at = now(), end_reason = $2
     where conversation_id = $1 and state = 'current'
)sql"};

const pg::Query kForgetFailures{"warehouse.analyses.forget_failures", R"sql(
    update analysis_claims set failures = 0, not_before = '-infinity'
     where conversation_id = $1 and purpose = 'remarketing'
)sql"};

const pg::Query kProgress{"warehouse.analyses.progress", R"sql(
    select (select count(*) from silent_leads) as pending,
           (select count(*) from silent_leads s
              join analysis_claims l on l.conversation_id = s.conversation_id
                                    and l.purpose = 'remarketing'
             where l.last_message_at = s.last_public_message_at and l.failures >= $1) as given_up,
           (select count(*) from analysis_claims
             where purpose = 'remarketing' and lease_until > now() and not in_batch) as claimed,
           (select count(*) from analysis_claims
             where purpose = 'remarketing' and lease_until > now() and in_batch) as in_batches,
           count(*) filter (where state = 'current') as analysed,
           count(*) filter (where state = 'current'
                              and conversation_type = 'SKIP_NO_RESPONSE') as skipped,
           count(*) filter (where state = 'current' and priority >= 4) as high_priority,
           count(*) filter (where analysed_at > now() - interval '1 hour') as last_hour,
           (select count(*) from visible_conversations where is_lead) as leads,
           (select count(*) from visible_conversations where visit_scheduled) as visits
      from lead_analyses
)sql"};

Lead LeadOf(const pg::Row& row, const Claim& claim) {
    Lead lead;
    lead.claim = claim;
    lead.band = row["band"].String();
    lead.was_answered = row["was_answered"].Bool();
    lead.awaits_call = row["awaits_call"].Bool();
    lead.idle_hours = row["idle_hours"].Double();
    lead.tenant_name = row["tenant_name"].String();
    lead.inbox_name = row["inbox_name"].String();
    lead.contact_name = row["contact_name"].String();
    lead.score = row["score"].Int();
    lead.visit_scheduled = row["visit_scheduled"].Bool();
    lead.category = row["category"].String();
    lead.evidence = row["evidence"].String();
    lead.message_compiled = row["message_compiled"].String();
    return lead;
}

LeadFindings FindingsOf(const pg::Row& row) {
    LeadFindings findings;
    findings.summary = row["summary"].String();
    findings.suggested_message = row["suggested_message"].OptionalString();
    findings.message_source = row["message_source"].String();
    findings.priority = row["priority"].Int();
    findings.keywords = DecodeTexts(row["keywords"].text());
    findings.confidence = row["confidence"].Double();
    findings.interest = row["interest"].OptionalString();
    findings.objections = DecodeTexts(row["objections"].text());
    findings.urgency = row["urgency"].String();
    findings.next_step = row["next_step"].OptionalString();
    findings.customer_name = row["customer_name"].OptionalString();
    findings.evidence = DecodeQuotes(row["evidence"].text());
    return findings;
}

AnalysisOrigin OriginOf(const pg::Row& row) {
    AnalysisOrigin origin;
    origin.analyst = row["analyst"].String();
    origin.model = row["model"].OptionalString();
    origin.prompt_version = row["prompt_version"].String();
    origin.input_hash = row["input_hash"].String();
    if (const auto id = row["reused_from"].OptionalInt64()) origin.reused_from = AnalysisId(*id);
    origin.call = row["call_id"].OptionalInt64();
    origin.input_tokens = row["input_tokens"].Int();
    origin.cached_input_tokens = row["cached_input_tokens"].Int();
    origin.output_tokens = row["output_tokens"].Int();
    origin.cost = base::MicroBrl(row["brl"].Int64());
    origin.seconds = row["seconds"].Double();
    origin.metadata = row["metadata"].String();
    return origin;
}

std::optional<std::string_view> NullIfEmpty(std::string_view text) {
    if (text.empty()) return std::nullopt;
    return text;
}

}  // namespace

std::int64_t EndStaleAnalyses(tenancy::TenantScope& scope) {
    return scope.Execute(kEndStale).affected();
}

std::optional<Lead> FindSilentLead(tenancy::TenantScope& scope, const Claim& claim) {
    const auto row = scope.Execute(kFindLead, claim.conversation).MaybeOne();
    if (!row || (*row)["last_message_at"].Int64() != claim.last_message_at) return std::nullopt;
    return LeadOf(*row, claim);
}

namespace {

bool Store(tenancy::TenantScope& scope, const Claim& claim, bool is_skip,
           const LeadFindings& findings, const AnalysisOrigin& origin) {
    if (!EndClaim(scope, Purpose::kRemarketing, claim)) return false;
    scope.Execute(kReplace, claim.conversation, claim.last_message_at);
    scope.Execute(kStore, claim.conversation, claim.last_message_at, is_skip,
                  findings.summary, findings.suggested_message,
                  NullIfEmpty(findings.message_source), findings.priority,
                  pg::TextArray(findings.keywords), findings.confidence, findings.interest,
                  pg::TextArray(findings.objections), NullIfEmpty(findings.urgency),
                  findings.next_step, findings.customer_name, EncodeQuotes(findings.evidence),
                  origin.analyst, origin.model, origin.prompt_version, origin.input_hash,
                  origin.reused_from, origin.call, origin.input_tokens, origin.cached_input_tokens,
                  origin.output_tokens, origin.cost.micros(), origin.seconds, origin.metadata);
    return true;
}

}  // namespace

bool StoreAnalysis(tenancy::TenantScope& scope, const Claim& claim, const LeadFindings& findings,
                   const AnalysisOrigin& origin) {
    return Store(scope, claim, false, findings, origin);
}

bool StoreSkip(tenancy::TenantScope& scope, const Claim& claim, const LeadFindings& findings,
               const AnalysisOrigin& origin) {
    return Store(scope, claim, true, findings, origin);
}

std::optional<EarlierAnswer> FindEarlierAnswer(tenancy::TenantScope& scope,
                                               base::ConversationId conversation,
                                               std::string_view input_hash, std::string_view model,
                                               std::string_view prompt_version) {
    const auto row =
        scope.Execute(kFindEarlier, input_hash, model, prompt_version, conversation).MaybeOne();
    if (!row) return std::nullopt;
    return EarlierAnswer{AnalysisId((*row)["analysis_id"].Int64()), FindingsOf(*row)};
}

std::vector<AnalysisRecord> ListAnalyses(tenancy::TenantScope& scope,
                                         base::ConversationId conversation) {
    std::vector<AnalysisRecord> records;
    for (const pg::Row row : scope.Execute(kList, conversation)) {
        records.push_back({AnalysisId(row["analysis_id"].Int64()),
                           base::ConversationId(row["conversation_id"].Int64()),
                           row["state"].String(), row["conversation_type"].String(),
                           row["analysed_at"].String(), row["last_message_at"].String(),
                           row["ended_at"].OptionalString(), row["end_reason"].OptionalString(),
                           row["temperature"].OptionalString(),
                           FindingsOf(row), OriginOf(row)});
    }
    return records;
}

bool InvalidateAnalysis(tenancy::TenantScope& scope, base::ConversationId conversation,
                        std::string_view reason) {
    return scope.Execute(kInvalidate, conversation, reason).affected() > 0;
}

bool RequestAnalysis(tenancy::TenantScope& scope, base::ConversationId conversation,
                     std::string_view reason) {
    scope.Execute(kReplaceOnRequest, conversation, reason);
    scope.Execute(kForgetFailures, conversation);
    return !scope.Execute(kFindLead, conversation).empty();
}

AnalysisProgress& AnalysisProgress::operator+=(const AnalysisProgress& other) {
    pending += other.pending;
    given_up += other.given_up;
    claimed += other.claimed;
    in_batches += other.in_batches;
    analysed += other.analysed;
    skipped += other.skipped;
    high_priority += other.high_priority;
    analysed_last_hour += other.analysed_last_hour;
    leads += other.leads;
    visits += other.visits;
    return *this;
}

AnalysisProgress ReadAnalysisProgress(tenancy::TenantScope& scope) {
    const pg::Row row = scope.Execute(kProgress, kFailuresMax).One();
    AnalysisProgress progress;
    progress.pending = row["pending"].Int64();
    progress.given_up = row["given_up"].Int64();
    progress.claimed = row["claimed"].Int64();
    progress.in_batches = row["in_batches"].Int64();
    progress.analysed = row["analysed"].Int64();
    progress.skipped = row["skipped"].Int64();
    progress.high_priority = row["high_priority"].Int64();
    progress.analysed_last_hour = row["last_hour"].Int64();
    progress.leads = row["leads"].Int64();
    progress.visits = row["visits"].Int64();
    return progress;
}

}  // namespace geniai::warehouse
