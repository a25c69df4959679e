#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "chatwoot/source.h"
#include "chatwoot/verification.h"
#include "pg/copy.h"

namespace geniai::chatwoot {

// The two kinds of rows that are copied.
enum class Stream { kConversations, kContacts };
std::string_view NameOf(Stream stream);  // "conversations"

// Rows of one COPY from the source in ascending order of id, in constant memory. A row has the
// contract's columns; behind them, for a conversation, the hash of its texts, and last the hash of the
// whole row. The source's server computes both.
class RowStream {
public:
    RowStream(Snapshot& snapshot, const pg::Query& copy, std::size_t columns);

    // Moves to the next row; false after the last. Throws base::Error when the row has no id.
    bool Next();
    // Valid until the next Next().
    const pg::CopyFields& fields() const { return fields_; }
    std::string_view line() const { return line_; }  // as it came, for quarantine
    std::int64_t id() const { return id_; }
    std::int64_t row_hash() const { return row_hash_; }
    // Of a conversation.
    std::optional<std::int64_t> inbox() const;

private:
    pg::CopyOut copy_;
    std::size_t columns_;
    pg::CopyFields fields_;
    std::string_view line_;
    std::int64_t id_ = 0;
    std::int64_t row_hash_ = 0;
};

// What a source row looks like without its content.
struct Fingerprint {
    std::int64_t id = 0;
    std::int64_t row_hash = 0;
};

// Fingerprints in ascending order of id, in constant memory.
class FingerprintStream {
public:
    FingerprintStream(Snapshot& snapshot, const pg::Query& copy) : copy_(snapshot.transaction(), copy) {}
    std::optional<Fingerprint> Next();

private:
    pg::CopyOut copy_;
    pg::CopyFields fields_;
};

// Reads the rows of one tenant: those of an account's inboxes, and the contacts that these inboxes'
// conversations have.
class Reader {
public:
    // `view_sql` is the text of the source view, used where the view is not installed. `hash_seed`
    // changes every hash.
    Reader(const Verification& verification, std::string_view view_sql, base::AccountId account,
           std::span<const base::InboxId> inboxes, std::int64_t hash_seed);

    // The rows with these ids, as far as they exist.
    RowStream Read(Snapshot& snapshot, Stream stream, std::span<const std::int64_t> ids) const;

    // At most `limit` fingerprints of rows with ids greater than `after`.
    FingerprintStream ReadFingerprints(Snapshot& snapshot, Stream stream, std::int64_t after,
                                       std::int64_t limit) const;
    // Those of these ids.
    FingerprintStream ReadFingerprints(Snapshot& snapshot, Stream stream,
                                       std::span<const std::int64_t> ids) const;

private:
    enum class Content { kRows, kFingerprints };
    // The raw rows of a stream, to which a condition on the id is added.
    struct RowSource {
        std::string select;
        std::string id;
    };

    std::string Statement(Stream stream, Content content, const std::string& id_condition,
                          const std::string& limit) const;

    RowSource conversations_;
    RowSource contacts_;
    std::int64_t hash_seed_;
};

}  // namespace geniai::chatwoot
