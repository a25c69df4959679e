#include "chatwoot/reader.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "chatwoot/contact_sql.h"
#include "chatwoot/inlined_view.h"
#include "chatwoot/sql_text.h"

namespace geniai::chatwoot {

namespace {

// One column as the warehouse takes it: our sessions are in UTC, so a zoneless stamp becomes an
// instant and is written with its offset.
std::string Delivered(const Column& column) {
    const std::string name = "x." + std::string(column.name);
    return column.family == TypeFamily::kTimestamp ? name + " at time zone 'UTC'" : name;
}

std::string Delivered(std::span<const Column> columns) {
    std::string list;
    for (const Column& column : columns) list += (list.empty() ? "" : ", ") + Delivered(column);
    return list;
}

std::string Raw(std::span<const Column> columns) {
    std::string list;
    for (const Column& column : columns) {
        if (!list.empty()) list += ", ";
        list.append("x.").append(column.name);
    }
    return list;
}

// The transcript is the last of a conversation's columns; its hash is one of its own.
std::span<const Column> ConversationFacts() {
    return ConversationColumns().first(ConversationColumns().size() - 1);
}

std::string InboxCondition(std::string_view alias, base::AccountId account,
                           std::span<const base::InboxId> inboxes) {
    const std::string prefix = std::string(alias) + ".";
    return prefix + "account_id = " + account.ToString() + " and " + prefix + "inbox_id = any(" +
           ArraySql(inboxes) + ")";
}

std::string ConversationRows(const std::string& relation, const std::string& of_inboxes) {
    std::string list;
    for (const Column& column : ConversationColumns()) {
        if (!list.empty()) list += ", ";
        list.append("v.").append(column.name);
    }
    return "select " + list + " from " + relation + " as v where " + of_inboxes;
}

std::string ContactRows(const std::string& contacts, base::AccountId account,
                        std::span<const base::InboxId> inboxes) {
    return std::string("select ") + kContactListSql + " from " + contacts +
           " as k where k.account_id = " + account.ToString() +
           " and exists (select from public.conversations as c where c.contact_id = k.id and " +
           InboxCondition("c", account, inboxes) + ")";
}

std::string ContactRowsOfView(const std::string& relation, const std::string& of_inboxes) {
    return "select distinct on (v.contact_id) v.contact_id, v.contact_name as name,"
           " v.contact_email as email, v.contact_phone as phone_number,"
           " v.contact_identifier as identifier, null::timestamp as contact_created_at,"
           " null::boolean as blocked from " +
           relation + " as v where " + of_inboxes + " and v.contact_id is not null";
}

std::int64_t RequireInteger(const std::optional<std::string_view>& text) {
    std::int64_t value = 0;
    if (text) {
        const auto [end, error] = std::from_chars(text->begin(), text->end(), value);
        if (error == std::errc() && end == text->end()) return value;
    }
    throw base::Error(base::ErrorCode::kFailed, "a row of the source has no id");
}

std::string AnyOf(std::span<const std::int64_t> ids) {
    std::string list = " = any('{";
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i > 0) list += ',';
        list += std::to_string(ids[i]);
    }
    return list + "}'::bigint[])";
}

}  // namespace

std::string_view NameOf(Stream stream) {
    return stream == Stream::kConversations ? "conversations" : "contacts";
}

RowStream::RowStream(Snapshot& snapshot, const pg::Query& copy, std::size_t columns)
    : copy_(snapshot.transaction(), copy), columns_(columns) {}

bool RowStream::Next() {
    const std::optional<std::string_view> row = copy_.NextRow();
    if (!row) return false;
    line_ = *row;
    fields_.Parse(line_, columns_);
    id_ = RequireInteger(fields_[0]);
    row_hash_ = RequireInteger(fields_[columns_ - 1]);
    return true;
}

std::optional<std::int64_t> RowStream::inbox() const {
    constexpr std::size_t kInbox = 4;  // its place in ConversationColumns()
    if (!fields_[kInbox]) return std::nullopt;
    return RequireInteger(fields_[kInbox]);
}

std::optional<Fingerprint> FingerprintStream::Next() {
    const std::optional<std::string_view> row = copy_.NextRow();
    if (!row) return std::nullopt;
    fields_.Parse(*row, 2);
    return Fingerprint{RequireInteger(fields_[0]), RequireInteger(fields_[1])};
}

Reader::Reader(const Verification& verification, std::string_view view_sql, base::AccountId account,
               std::span<const base::InboxId> inboxes, std::int64_t hash_seed)
    : hash_seed_(hash_seed) {
    const std::string relation = "(" + ConversationsSql(verification, view_sql) + "\n)";
    const std::string of_inboxes = InboxCondition("v", account, inboxes);
    const bool tables = verification.capabilities.tables;
    conversations_ = {ConversationRows(relation, of_inboxes), "v.conversation_id"};
    const std::string contacts = TableSql(verification, "contacts");
    contacts_ = tables ? RowSource{ContactRows(contacts, account, inboxes), "k.id"}
                       : RowSource{ContactRowsOfView(relation, of_inboxes), "v.contact_id"};
}

// The rows are computed once, below the fence that OFFSET 0 is, and then delivered and hashed: what is
// above a fence cannot be computed a second time by being named twice.
std::string Reader::Statement(Stream stream, Content content, const std::string& id_condition,
                              const std::string& limit) const {
    const bool conversations = stream == Stream::kConversations;
    const RowSource& source = conversations ? conversations_ : contacts_;
    const std::string id = conversations ? "x.conversation_id" : "x.contact_id";
    const std::string rows = " from (" + source.select + " and " + source.id + id_condition +
                             " order by " + source.id + limit + " offset 0) as x";
    std::string delivered;
    std::string hashes;
    std::string from = rows;
    if (conversations) {
        delivered = Delivered(ConversationColumns()) + ", h.text_hash";
        hashes = "hashtextextended(row(" + Raw(ConversationFacts()) + ")::text, h.text_hash)";
        from +=
            " cross join lateral (select hashtextextended(coalesce(x.message_compiled::text, "
            "''), " +
            std::to_string(hash_seed_) + ") as text_hash offset 0) as h";
    } else {
        delivered = Delivered(ContactColumns());
        hashes = ContactHashSql(hash_seed_);
    }
    const std::string& shown = content == Content::kRows ? delivered : id;
    return "copy (select " + shown + ", " + hashes + from + " order by " + id + ") to stdout";
}

RowStream Reader::Read(Snapshot& snapshot, Stream stream, std::span<const std::int64_t> ids) const {
    const bool conversations = stream == Stream::kConversations;
    const std::size_t columns =
        conversations ? ConversationColumns().size() + 2 : ContactColumns().size() + 1;
    return {snapshot,
            {conversations ? "chatwoot.conversations.copy" : "chatwoot.contacts.copy",
             Statement(stream, Content::kRows, AnyOf(ids), "")},
            columns};
}

FingerprintStream Reader::ReadFingerprints(Snapshot& snapshot, Stream stream, std::int64_t after,
                                           std::int64_t limit) const {
    return {snapshot,
            {"chatwoot.fingerprints",
             Statement(stream, Content::kFingerprints, " > " + std::to_string(after),
                       " limit " + std::to_string(limit))}};
}

FingerprintStream Reader::ReadFingerprints(Snapshot& snapshot, Stream stream,
                                           std::span<const std::int64_t> ids) const {
    return {snapshot,
            {"chatwoot.fingerprints", Statement(stream, Content::kFingerprints, AnyOf(ids), "")}};
}

}  // namespace geniai::chatwoot
