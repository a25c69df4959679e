#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "chatwoot/contract.h"
#include "pg/pool.h"
#include "pg/transaction.h"

namespace geniai::chatwoot {

inline constexpr const char* kViewSchema = "geniai";
inline constexpr const char* kViewName = "vw_conversations_analytics_final";

struct SourceSettings {
    pg::ConnectionSettings connection;
    std::chrono::seconds statement_timeout{300};  // every read is one bounded batch
    // All connections that this process may have to the source. None: each Source makes its own.
    std::shared_ptr<pg::Pool> pool = nullptr;
};

// Microseconds since 1970 on the source's clock. Chatwoot's stamps have no zone and are UTC.
using SourceTime = std::int64_t;

// A connection to Chatwoot's database that cannot write: the session is read only. Waits until the
// pool has one.
class Source {
public:
    // Throws pg::SqlError(kDatabaseUnreachable).
    explicit Source(const SourceSettings& settings);

    pg::Connection& connection() { return own_ ? *own_ : **pooled_; }

private:
    std::shared_ptr<pg::Pool> pool_;
    std::optional<pg::Pool::Lease> pooled_;
    std::unique_ptr<pg::Connection> own_;
};

// Which moment of the source a snapshot shows.
struct Moment {
    SourceTime taken_at = 0;  // the source's own clock, just before
    std::int64_t xmin = 0;    // every transaction below has ended: it is seen, or was rolled back
    std::int64_t xmax = 0;    // no transaction from here on is seen
};

// One moment of the source: all that is read through it is from the same snapshot.
class Snapshot {
public:
    explicit Snapshot(Source& source);

    const Moment& moment() const { return moment_; }
    SourceTime taken_at() const { return moment_.taken_at; }
    pg::Transaction& transaction() { return transaction_; }

    // A statement that fails ends a transaction; going back to the mark, the snapshot goes on.
    void Mark();
    void BackToMark();

private:
    pg::Transaction transaction_;
    Moment moment_;
    bool marked_ = false;
};

// Server, time line and database: transaction ids and sequences of another have nothing to do with
// these. A promoted standby begins a new time line.
std::string SourceIdentity(Snapshot& snapshot);

}  // namespace geniai::chatwoot
