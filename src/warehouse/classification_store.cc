#include "warehouse/classification_store.h"

#include <array>
#include <boost/json.hpp>
#include <cstdlib>

#include "base/digest.h"

namespace geniai::warehouse {

namespace {

constexpr std::array<std::string_view, 10> kVerdictColumns{
    "is_lead",  "visit_scheduled", "crm_converted", "opted_out",     "awaits_call",
    "score",    "category",        "evidence",      "rules_version", "verdict_hash"};

constexpr std::string_view kVerdictStaging = "staging_classifications";

const pg::Query kCreateVerdictStaging{
    "warehouse.classifications.staging",
    "create temporary table if not exists staging_classifications on commit delete rows as "
    "select conversation_id, " + Join(kVerdictColumns) + " from classifications with no data"};

const pg::Query kCopyVerdicts{"warehouse.classifications.copy",
                              "copy staging_classifications (conversation_id, " +
                                  Join(kVerdictColumns) + ") from stdin"};

const pg::Query kUpsertVerdicts{"warehouse.classifications.upsert", VerdictUpsert(kVerdictStaging)};

const pg::Query kStored{"warehouse.transcripts.copy", R"sql(
    copy (select c.conversation_id, c.status, c.user_messages_count, x.message_compiled,
                 k.verdict_hash
            from conversations c
            join conversation_transcripts x using (tenant_id, conversation_id)
            left join classifications k using (tenant_id, conversation_id)
           where c.deleted_at is null
           order by c.conversation_id) to stdout
)sql"};

constexpr std::size_t kStoredColumns = 5;

std::int64_t IntegerOf(const std::optional<std::string_view>& field) {
    return field ? std::strtoll(std::string(*field).c_str(), nullptr, 10) : 0;
}

std::string EncodeEvidence(std::span<const Evidence> evidence) {
    boost::json::array list;
    for (const Evidence& item : evidence) {
        list.push_back(
            {{"rule", item.rule}, {"message_id", item.message_id}, {"quote", item.quote}});
    }
    return boost::json::serialize(list);
}

}  // namespace

std::span<const std::string_view> VerdictColumns() {
    return kVerdictColumns;
}

std::string AddVerdict(const Classification& classification, std::string_view rules_version,
                       pg::CopyRow& row) {
    pg::CopyRow verdict;
    verdict.Add(classification.is_lead)
        .Add(classification.visit_scheduled)
        .Add(classification.crm_converted)
        .Add(classification.opted_out)
        .Add(classification.awaits_call)
        .Add(std::int64_t{classification.score})
        .Add(std::string_view(classification.category))
        .Add(std::string_view(EncodeEvidence(classification.evidence)))
        .Add(rules_version);
    std::string hash = base::DigestOf(verdict.fields());
    row.AddFields(verdict).Add(std::string_view(hash));
    return hash;
}

std::string VerdictUpsert(std::string_view staging) {
    return UpsertStatement({.table = "classifications",
                            .staging = staging,
                            .key = "conversation_id",
                            .values = kVerdictColumns,
                            .hash = "verdict_hash",
                            .or_when = "",
                            .on_change = "classified_at = now()",
                            .staged_when = "s.verdict_hash is not null"});
}

ClassificationLoader::ClassificationLoader(tenancy::TenantScope& scope) : scope_(scope) {
    scope_.transaction().RunScript(kCreateVerdictStaging);
    copy_.emplace(scope_.transaction(), kCopyVerdicts);
}

void ClassificationLoader::Add(const StoredConversation& conversation,
                               const Classification& classification,
                               std::string_view rules_version) {
    row_.Add(conversation.id.value());
    const std::string hash = AddVerdict(classification, rules_version, row_);
    const std::string_view row = row_.Finish();
    if (hash == conversation.verdict_hash) {
        ++unchanged_;
    } else {
        copy_->Write(row);
    }
}

LoadCounts ClassificationLoader::Finish() {
    const std::int64_t staged = copy_->Complete();
    LoadCounts counts = CountsOf(scope_.Execute(kUpsertVerdicts), staged);
    counts.unchanged += unchanged_;
    return counts;
}

StoredConversations::StoredConversations(tenancy::TenantScope& scope)
    : copy_(scope.transaction(), kStored) {}

std::optional<StoredConversation> StoredConversations::Next() {
    const std::optional<std::string_view> row = copy_.NextRow();
    if (!row) return std::nullopt;
    fields_.Parse(*row, kStoredColumns);
    return StoredConversation{base::ConversationId(IntegerOf(fields_[0])),
                              static_cast<int>(IntegerOf(fields_[1])), IntegerOf(fields_[2]),
                              fields_[3].value_or("[]"), fields_[4].value_or("")};
}

}  // namespace geniai::warehouse
