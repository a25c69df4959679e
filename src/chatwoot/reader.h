#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/ids.h"
#include "chatwoot/source.h"
#include "chatwoot/verification.h"
#include "pg/copy.h"

namespace geniai::chatwoot {

// A place in a stream that is ordered by (updated_at, id).
struct Position {
    SourceTime updated_at = 0;
    std::int64_t id = 0;

    friend auto operator<=>(const Position&, const Position&) = default;
};

// Rows of one COPY from the source, in order of position, in constant memory.
class RowStream {
public:
    RowStream(Snapshot& snapshot, const pg::Query& copy, std::size_t columns);

    // Moves to the next row; false after the last.
    bool Next();
    // The row's columns as the contract lists them; valid until the next Next().
    const pg::CopyFields& fields() const { return fields_; }
    Position position() const { return position_; }

private:
    pg::CopyOut copy_;
    std::size_t columns_;
    pg::CopyFields fields_;
    Position position_;
};

// Makes the SQL of the streams. `view_sql` is the text of the source view, used where the view is not
// installed; it outlives the reader.
class Reader {
public:
    Reader(const Verification& verification, std::string_view view_sql);

    // The conversations of an account's inboxes that come after a position; all without one.
    RowStream ReadConversations(Snapshot& snapshot, base::AccountId account,
                                std::span<const base::InboxId> inboxes,
                                std::optional<Position> after) const;
    // The contacts of an account.
    RowStream ReadContacts(Snapshot& snapshot, base::AccountId account,
                           std::optional<Position> after) const;

private:
    std::string relation_;      // what stands behind FROM
    std::string select_list_;   // the contract's columns, NULL for those that are missing
};

}  // namespace geniai::chatwoot
