#include "chatwoot/reader.h"

#include <charconv>

#include "base/error.h"

namespace geniai::chatwoot {

namespace {

// One column as the warehouse takes it: our sessions are in UTC, so a zoneless stamp becomes an
// instant and is written with its offset.
std::string Expression(const Column& column) {
    const std::string name = "v." + std::string(column.name);
    if (column.family == TypeFamily::kTimestamp) return name + " at time zone 'UTC'";
    return name;
}

bool IsMissing(const std::vector<ColumnCheck>& checks, const Column& column) {
    for (const ColumnCheck& check : checks) {
        if (check.expected.name == column.name) return check.state == ColumnState::kMissing;
    }
    return false;
}

std::string Stamp(SourceTime time) {
    return "timestamp 'epoch' + " + std::to_string(time) + " * interval '1 microsecond'";
}

// The condition and order that make a stream resumable. A row comparison, so that ties are neither
// lost nor read twice.
std::string After(const char* stamp, const char* id, const std::optional<Position>& after) {
    std::string sql;
    if (after) {
        sql = std::string(" and (") + stamp + ", " + id + ") > (" + Stamp(after->updated_at) + ", " +
              std::to_string(after->id) + ")";
    }
    return sql + " order by " + stamp + ", " + id;
}

std::string Micros(const char* stamp) {
    return std::string("(extract(epoch from ") + stamp + ") * 1000000)::bigint";
}

std::string ArrayOf(std::span<const base::InboxId> inboxes) {
    std::string list;
    for (const base::InboxId inbox : inboxes) {
        if (!list.empty()) list += ',';
        list += inbox.ToString();
    }
    return "'{" + list + "}'::bigint[]";
}

std::int64_t ParseInteger(const std::optional<std::string_view>& text) {
    std::int64_t value = 0;
    if (text) {
        const auto [end, error] = std::from_chars(text->begin(), text->end(), value);
        if (error == std::errc() && end == text->end()) return value;
    }
    throw base::Error(base::ErrorCode::kFailed, "a row of the source has no id or no time of change");
}

}  // namespace

RowStream::RowStream(Snapshot& snapshot, const pg::Query& copy, std::size_t columns)
    : copy_(snapshot.transaction(), copy), columns_(columns) {}

bool RowStream::Next() {
    const std::optional<std::string_view> row = copy_.NextRow();
    if (!row) return false;
    // Behind the contract's columns stands the time of change, as a number.
    fields_.Parse(*row, columns_ + 1);
    position_ = {ParseInteger(fields_[columns_]), ParseInteger(fields_[0])};
    return true;
}

Reader::Reader(const Verification& verification, std::string_view view_sql) {
    const bool installed = verification.path == ReadPath::kInstalledView;
    relation_ = installed ? std::string(kViewSchema) + "." + kViewName
                          : "(" + std::string(view_sql) + "\n)";
    for (const Column& column : ConversationColumns()) {
        const bool missing = installed && IsMissing(verification.view, column);
        select_list_ += missing ? std::string("null") : Expression(column);
        select_list_ += ", ";
    }
}

RowStream Reader::ReadConversations(Snapshot& snapshot, base::AccountId account,
                                    std::span<const base::InboxId> inboxes,
                                    std::optional<Position> after) const {
    const std::string select =
        "select " + select_list_ + Micros("v.conversation_updated_at") + " from " + relation_ +
        " v where v.account_id = " + account.ToString() + " and v.inbox_id = any(" +
        ArrayOf(inboxes) + ")" + After("v.conversation_updated_at", "v.conversation_id", after);
    return {snapshot,
            {"chatwoot.conversations.copy", "copy (" + select + ") to stdout"},
            ConversationColumns().size()};
}

RowStream Reader::ReadContacts(Snapshot& snapshot, base::AccountId account,
                               std::optional<Position> after) const {
    const std::string select =
        "select v.id, v.name, v.email, v.phone_number, v.identifier, "
        "v.created_at at time zone 'UTC', v.updated_at at time zone 'UTC', " +
        Micros("v.updated_at") + " from public.contacts v where v.account_id = " +
        account.ToString() + After("v.updated_at", "v.id", after);
    return {snapshot,
            {"chatwoot.contacts.copy", "copy (" + select + ") to stdout"},
            ContactColumns().size()};
}

}  // namespace geniai::chatwoot
