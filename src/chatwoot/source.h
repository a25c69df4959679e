#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "chatwoot/contract.h"
#include "pg/transaction.h"

namespace geniai::chatwoot {

inline constexpr const char* kViewSchema = "geniai";
inline constexpr const char* kViewName = "vw_conversations_analytics_final";

struct SourceSettings {
    pg::ConnectionSettings connection;
    std::chrono::seconds statement_timeout{1800};  // one COPY of the largest account fits
};

// Microseconds since 1970 on the source's clock. Chatwoot's stamps have no zone and are UTC.
using SourceTime = std::int64_t;

// A connection to Chatwoot's database that cannot write: the session is read only.
class Source {
public:
    // Throws pg::SqlError(kDatabaseUnreachable).
    explicit Source(const SourceSettings& settings);

    pg::Connection& connection() { return connection_; }

private:
    pg::Connection connection_;
};

// One moment of the source: all that is read through it is from the same snapshot.
class Snapshot {
public:
    explicit Snapshot(Source& source);

    // The source's own clock when the snapshot was taken.
    SourceTime taken_at() const { return taken_at_; }
    pg::Transaction& transaction() { return transaction_; }

private:
    pg::Transaction transaction_;
    SourceTime taken_at_ = 0;
};

struct Account {
    base::AccountId id;
    std::string name;
};

struct SourceInbox {
    base::InboxId id;
    base::AccountId account;
    std::string name;
    std::string channel_type;
};

std::vector<Account> ListAccounts(Snapshot& snapshot);
// Of one account, or of all.
std::vector<SourceInbox> ListInboxes(Snapshot& snapshot, std::optional<base::AccountId> account);

}  // namespace geniai::chatwoot
