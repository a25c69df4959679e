#include "warehouse/conversation_loader.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "warehouse/classification_store.h"

namespace geniai::warehouse {

namespace {

constexpr std::array<std::string_view, 34> kFacts{
    "conversation_id",
    "display_id",
    "conversation_uuid",
    "account_id",
    "inbox_id",
    "contact_id",
    "assignee_id",
    "team_id",
    "campaign_id",
    "status",
    "priority",
    "conversation_created_at",
    "conversation_updated_at",
    "last_activity_at",
    "first_reply_created_at",
    "waiting_since",
    "snoozed_until",
    "assignee_name",
    "team_name",
    "labels",
    "t_messages",
    "contact_messages_count",
    "user_messages_count",
    "bot_messages_count",
    "private_notes_count",
    "mc_first_message_at",
    "mc_last_message_at",
    "first_public_message_at",
    "last_public_message_at",
    "first_contact_message_at",
    "last_contact_message_at",
    "first_human_reply_at",
    "csat_rating",
    "csat_feedback",
};

constexpr std::string_view kStaging = "staging_conversations";

constexpr std::array<std::string_view, 2> kTexts{"message_compiled", "text_hash"};

std::vector<std::string_view> FactValues() {
    std::vector<std::string_view> values(kFacts.begin() + 1, kFacts.end());
    values.push_back("row_hash");
    return values;
}

std::string StagedColumns() {
    return Join(kFacts) + ", row_hash, " + Join(kTexts) + ", " + Join(VerdictColumns());
}

// The types are those of the tables, so the two cannot drift apart. lz4 from the start, because the
// compressed text is what moves on to the table.
const pg::Query kCreateStaging{
    "warehouse.conversations.staging",
    "set local default_toast_compression = 'lz4';"
    "create temporary table if not exists " + std::string(kStaging) +
        " on commit delete rows as select " + Join(kFacts, "c.") + ", c.row_hash, " +
        Join(kTexts, "x.") + ", " + Join(VerdictColumns(), "k.") +
        " from conversations c join conversation_transcripts x using (tenant_id, conversation_id)"
        " join classifications k using (tenant_id, conversation_id) with no data"};

const pg::Query kCopy{"warehouse.conversations.copy", "copy " + std::string(kStaging) + " (" +
                                                          StagedColumns() + ") from stdin"};

const pg::Query& UpsertFacts() {
    static const std::vector<std::string_view> values = FactValues();
    static const pg::Query query{
        "warehouse.conversations.upsert",
        UpsertStatement({.table = "conversations",
                         .staging = kStaging,
                         .key = "conversation_id",
                         .values = values,
                         .hash = "row_hash",
                         .or_when = "t.deleted_at is not null",
                         .on_change = "synced_at = now(), deleted_at = null",
                         .staged_when = ""})};
    return query;
}

const pg::Query& UpsertTexts() {
    static const pg::Query query{"warehouse.transcripts.upsert",
                                 UpsertStatement({.table = "conversation_transcripts",
                                                  .staging = kStaging,
                                                  .key = "conversation_id",
                                                  .values = kTexts,
                                                  .hash = "text_hash",
                                                  .or_when = "",
                                                  .on_change = "",
                                                  .staged_when = ""})};
    return query;
}

const pg::Query& UpsertVerdicts() {
    static const pg::Query query{"warehouse.classifications.upsert", VerdictUpsert(kStaging)};
    return query;
}

}  // namespace

std::span<const std::string_view> ConversationFactColumns() {
    return kFacts;
}

ConversationLoader::ConversationLoader(tenancy::TenantScope& scope) : scope_(scope) {
    scope_.transaction().RunScript(kCreateStaging);
    copy_.emplace(scope_.transaction(), kCopy);
}

void ConversationLoader::Add(const ConversationRow& row) {
    for (const auto& fact : row.facts) row_.Add(fact);
    row_.Add(row.row_hash).Add(row.message_compiled).Add(row.text_hash);
    if (row.classification != nullptr) {
        AddVerdict(*row.classification, row.rules_version, row_);
    } else {
        for (std::size_t i = 0; i < VerdictColumns().size(); ++i) row_.AddNull();
    }
    copy_->Write(row_.Finish());
}

LoadCounts ConversationLoader::Finish() {
    const std::int64_t staged = copy_->Complete();
    LoadCounts counts = CountsOf(scope_.Execute(UpsertFacts()), staged);
    scope_.Execute(UpsertTexts());
    scope_.Execute(UpsertVerdicts());
    counts.updated += std::exchange(counts.unchanged, 0);
    return counts;
}

}  // namespace geniai::warehouse
