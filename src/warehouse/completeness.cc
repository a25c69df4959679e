#include "warehouse/completeness.h"

namespace geniai::warehouse {

namespace {

const pg::Query kConversationFingerprints{"warehouse.conversations.fingerprints", R"sql(
    select conversation_id as id, row_hash from conversations
     where conversation_id > $1 and conversation_id <= $2 and deleted_at is null
       and inbox_id = any($3::bigint[])
     order by conversation_id
)sql"};

const pg::Query kContactFingerprints{"warehouse.contacts.fingerprints", R"sql(
    select contact_id as id, row_hash from contacts
     where contact_id > $1 and contact_id <= $2 and deleted_at is null
       and $3::text is not null
     order by contact_id
)sql"};

const pg::Query kDeleteConversations{"warehouse.conversations.mark_deleted", R"sql(
    update conversations set deleted_at = now(), synced_at = now()
     where conversation_id = any($1::bigint[]) and deleted_at is null
)sql"};

const pg::Query kDeleteContacts{"warehouse.contacts.mark_deleted", R"sql(
    update contacts set deleted_at = now(), synced_at = now()
     where contact_id = any($1::bigint[]) and deleted_at is null
)sql"};

const pg::Query kConversationChecksum{"warehouse.conversations.checksum", R"sql(
    select count(*) as n, coalesce(sum(row_hash >> 32), 0)::bigint as high,
           coalesce(sum(row_hash & 4294967295), 0)::bigint as low from conversations
     where deleted_at is null and inbox_id = any($1::bigint[])
)sql"};

const pg::Query kContactChecksum{"warehouse.contacts.checksum", R"sql(
    select count(*) as n, coalesce(sum(row_hash >> 32), 0)::bigint as high,
           coalesce(sum(row_hash & 4294967295), 0)::bigint as low from contacts
     where deleted_at is null and $1::text is not null
)sql"};

const pg::Query kStoreProof{"warehouse.proofs.store", R"sql(
    insert into completeness_proofs (tenant_id, proven_at, holds, conversations, contacts,
                                     source_checksum, checksum, repaired, marked_deleted, rejected,
                                     held_back_deletes)
    values (current_tenant_id(), timestamptz 'epoch' + $1::bigint * interval '1 microsecond',
            $2, $3, $4, $5::numeric * 4294967296 + $6, $7::numeric * 4294967296 + $8,
            $9, $10, $11, $12)
)sql"};

std::string InboxArray(std::span<const base::InboxId> inboxes) {
    std::vector<std::int64_t> ids;
    for (const base::InboxId inbox : inboxes) ids.push_back(inbox.value());
    return pg::IntegerArray(ids);
}

}  // namespace

void Checksum::Add(std::int64_t row_hash) {
    ++rows;
    high += row_hash >> 32;
    low += row_hash & 0xFFFFFFFF;
}

Checksum& Checksum::operator+=(const Checksum& other) {
    rows += other.rows;
    high += other.high;
    low += other.low;
    return *this;
}

std::vector<StoredFingerprint> ListFingerprints(tenancy::TenantScope& scope, Facts facts,
                                                std::span<const base::InboxId> inboxes,
                                                std::int64_t after, std::int64_t through) {
    const pg::Query& query =
        facts == Facts::kConversations ? kConversationFingerprints : kContactFingerprints;
    std::vector<StoredFingerprint> stored;
    for (const pg::Row row : scope.Execute(query, after, through, InboxArray(inboxes))) {
        stored.push_back({row["id"].Int64(), row["row_hash"].Int64()});
    }
    return stored;
}

std::int64_t MarkDeleted(tenancy::TenantScope& scope, Facts facts,
                         std::span<const std::int64_t> ids) {
    if (ids.empty()) return 0;
    const pg::Query& query =
        facts == Facts::kConversations ? kDeleteConversations : kDeleteContacts;
    return scope.Execute(query, pg::IntegerArray(ids)).affected();
}

Checksum ReadChecksum(tenancy::TenantScope& scope, Facts facts,
                      std::span<const base::InboxId> inboxes) {
    const pg::Query& query =
        facts == Facts::kConversations ? kConversationChecksum : kContactChecksum;
    const pg::Row row = scope.Execute(query, InboxArray(inboxes)).One();
    return {row["n"].Int64(), row["high"].Int64(), row["low"].Int64()};
}

void StoreProof(tenancy::TenantScope& scope, const CompletenessProof& proof) {
    scope.Execute(kStoreProof, proof.proven_at, proof.holds, proof.conversations, proof.contacts,
                  proof.source.high, proof.source.low, proof.stored.high, proof.stored.low,
                  proof.repaired, proof.marked_deleted,
                  proof.rejected, proof.held_back_deletes);
}

}  // namespace geniai::warehouse
