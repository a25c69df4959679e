#include "warehouse/model_verdicts.h"

#include "pg/parameter.h"

namespace geniai::warehouse {

namespace {

const pg::Query kFind{"warehouse.verdicts.find_unclassified", R"sql(
    select coalesce(m.inbox_name, '') as inbox_name, x.message_compiled,
           (extract(epoch from u.last_public_message_at) * 1000000)::bigint as last_message_at
      from unclassified_conversations u
      join conversations c on c.conversation_id = u.conversation_id
      join inbox_tenant_mapping m on m.inbox_id = c.inbox_id
      join conversation_transcripts x on x.conversation_id = u.conversation_id
     where u.conversation_id = $1
)sql", pg::Planning::kOnce};

const pg::Query kStoreVerdict{"warehouse.verdicts.store", R"sql(
    insert into model_verdicts (
        tenant_id, conversation_id, last_message_at, is_lead, visit_scheduled, crm_converted, score,
        resolution, interest, needs_remarketing, remarketing_reason, objections, positive_signs,
        summary, suggested_message, customer_name, confidence, evidence, model, prompt_version,
        input_hash, call_id, input_tokens, cached_input_tokens, output_tokens, brl, seconds)
    values (current_tenant_id(), $1, timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3,
            $4, $5, $6, $7, $8, $9, $10, $11::text[], $12::text[], $13, $14, $15, $16, $17::jsonb,
            $18, $19, $20::bytea, $21, $22, $23, $24, $25, $26)
        on conflict (tenant_id, conversation_id) do update
       set (last_message_at, is_lead, visit_scheduled, crm_converted, score, resolution, interest,
            needs_remarketing, remarketing_reason, objections, positive_signs, summary,
            suggested_message, customer_name, confidence, evidence, model, prompt_version,
            input_hash, call_id, input_tokens, cached_input_tokens, output_tokens, brl, seconds,
            classified_at)
         = (excluded.last_message_at, excluded.is_lead, excluded.visit_scheduled,
            excluded.crm_converted, excluded.score, excluded.resolution, excluded.interest,
            excluded.needs_remarketing, excluded.remarketing_reason, excluded.objections,
            excluded.positive_signs, excluded.summary, excluded.suggested_message,
            excluded.customer_name, excluded.confidence, excluded.evidence, excluded.model,
            excluded.prompt_version, excluded.input_hash, excluded.call_id, excluded.input_tokens,
            excluded.cached_input_tokens, excluded.output_tokens, excluded.brl, excluded.seconds,
            now())
)sql", pg::Planning::kOnce};

const pg::Query kRenew{"warehouse.verdicts.renew", R"sql(
    update model_verdicts
       set last_message_at = timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
     where conversation_id = $1 and input_hash = $3::bytea and model = $4 and prompt_version = $5
)sql", pg::Planning::kOnce};

const pg::Query kCompare{"warehouse.verdicts.compare", R"sql(
    with pairs as (
        select f.place, f.flag, f.by_rules, f.by_model
          from conversations c
          join classifications k on k.conversation_id = c.conversation_id
          join model_verdicts v on v.conversation_id = c.conversation_id
                               and v.last_message_at >= c.last_public_message_at
         cross join lateral (values (1, 'is_lead', k.is_lead, v.is_lead),
                                    (2, 'visit_scheduled', k.visit_scheduled, v.visit_scheduled),
                                    (3, 'crm_converted', k.crm_converted, v.crm_converted))
                    as f (place, flag, by_rules, by_model)
         where c.deleted_at is null)
    select n.flag, count(*) filter (where by_rules and by_model) as both,
           count(*) filter (where by_rules and not by_model) as only_rules,
           count(*) filter (where by_model and not by_rules) as only_model,
           count(*) filter (where not by_model and not by_rules) as neither
      from (values (1, 'is_lead'), (2, 'visit_scheduled'), (3, 'crm_converted')) as n (place, flag)
      left join pairs p on p.place = n.place
     group by n.place, n.flag order by n.place
)sql"};

const pg::Query kFindVerdicts{"warehouse.verdicts.find", R"sql(
    select coalesce(k.is_lead, false) as rules_is_lead,
           coalesce(k.visit_scheduled, false) as rules_visit,
           coalesce(k.crm_converted, false) as rules_converted, coalesce(k.score, 0) as rules_score,
           coalesce(k.evidence, '[]') as rules_evidence,
           v.conversation_id is not null as has_model, v.is_lead, v.visit_scheduled,
           v.crm_converted, v.score, v.resolution, v.interest, v.needs_remarketing,
           v.remarketing_reason, to_json(v.objections) as objections,
           to_json(v.positive_signs) as positive_signs, v.summary, v.suggested_message,
           v.customer_name, v.confidence, v.evidence, v.model, v.prompt_version,
           rfc3339(v.classified_at) as classified_at, v.brl,
           coalesce(v.last_message_at >= c.last_public_message_at, false) as is_fresh
      from conversations c
      left join classifications k on k.conversation_id = c.conversation_id
      left join model_verdicts v on v.conversation_id = c.conversation_id
     where c.conversation_id = $1 and c.deleted_at is null
)sql"};

ModelVerdict VerdictOf(const pg::Row& row) {
    ModelVerdict verdict;
    verdict.is_lead = row["is_lead"].Bool();
    verdict.visit_scheduled = row["visit_scheduled"].Bool();
    verdict.crm_converted = row["crm_converted"].Bool();
    verdict.score = row["score"].Int();
    verdict.resolution = row["resolution"].String();
    verdict.interest = row["interest"].String();
    verdict.needs_remarketing = row["needs_remarketing"].Bool();
    verdict.remarketing_reason = row["remarketing_reason"].OptionalString();
    verdict.objections = DecodeTexts(row["objections"].text());
    verdict.positive_signs = DecodeTexts(row["positive_signs"].text());
    verdict.summary = row["summary"].String();
    verdict.suggested_message = row["suggested_message"].OptionalString();
    verdict.customer_name = row["customer_name"].OptionalString();
    verdict.confidence = row["confidence"].Double();
    verdict.evidence = DecodeQuotes(row["evidence"].text());
    return verdict;
}

}  // namespace

std::optional<ConversationToClassify> FindUnclassified(tenancy::TenantScope& scope,
                                                       const Claim& claim) {
    const auto row = scope.Execute(kFind, claim.conversation).MaybeOne();
    if (!row || (*row)["last_message_at"].Int64() != claim.last_message_at) return std::nullopt;
    return ConversationToClassify{claim, (*row)["inbox_name"].String(),
                                  (*row)["message_compiled"].String()};
}

bool StoreModelVerdict(tenancy::TenantScope& scope, const Claim& claim, const ModelVerdict& verdict,
                       const AnalysisOrigin& origin) {
    if (!EndClaim(scope, Purpose::kClassification, claim)) return false;
    scope.Execute(kStoreVerdict, claim.conversation, claim.last_message_at, verdict.is_lead,
                  verdict.visit_scheduled, verdict.crm_converted, verdict.score, verdict.resolution,
                  verdict.interest, verdict.needs_remarketing, verdict.remarketing_reason,
                  pg::TextArray(verdict.objections), pg::TextArray(verdict.positive_signs),
                  verdict.summary, verdict.suggested_message, verdict.customer_name,
                  verdict.confidence, EncodeQuotes(verdict.evidence), origin.model,
                  origin.prompt_version, origin.input_hash, origin.call, origin.input_tokens,
                  origin.cached_input_tokens, origin.output_tokens, origin.cost.micros(),
                  origin.seconds);
    return true;
}

bool RenewModelVerdict(tenancy::TenantScope& scope, const Claim& claim, std::string_view input_hash,
                       std::string_view model, std::string_view prompt_version) {
    const auto renewed = scope.Execute(kRenew, claim.conversation, claim.last_message_at, input_hash,
                                       model, prompt_version);
    return renewed.affected() > 0 && EndClaim(scope, Purpose::kClassification, claim);
}

double FlagAgreement::agreement() const {
    if (compared() == 0) return 1;
    return static_cast<double>(both + neither) / static_cast<double>(compared());
}

std::vector<FlagAgreement> CompareVerdicts(tenancy::TenantScope& scope) {
    std::vector<FlagAgreement> flags;
    for (const pg::Row row : scope.Execute(kCompare)) {
        flags.push_back({row["flag"].String(), row["both"].Int64(), row["only_rules"].Int64(),
                         row["only_model"].Int64(), row["neither"].Int64()});
    }
    return flags;
}

std::optional<VerdictPair> FindVerdicts(tenancy::TenantScope& scope,
                                        base::ConversationId conversation) {
    const auto row = scope.Execute(kFindVerdicts, conversation).MaybeOne();
    if (!row) return std::nullopt;
    VerdictPair pair;
    pair.rules_is_lead = (*row)["rules_is_lead"].Bool();
    pair.rules_visit = (*row)["rules_visit"].Bool();
    pair.rules_converted = (*row)["rules_converted"].Bool();
    pair.rules_score = (*row)["rules_score"].Int();
    pair.rules_evidence = (*row)["rules_evidence"].String();
    if (!(*row)["has_model"].Bool()) return pair;
    pair.model = VerdictOf(*row);
    pair.model_name = (*row)["model"].String();
    pair.prompt_version = (*row)["prompt_version"].String();
    pair.classified_at = (*row)["classified_at"].String();
    pair.model_is_fresh = (*row)["is_fresh"].Bool();
    pair.cost = base::MicroBrl((*row)["brl"].Int64());
    return pair;
}

}  // namespace geniai::warehouse
