#include "chatwoot/source.h"

namespace geniai::chatwoot {

namespace {

const pg::Query kClock{"chatwoot.clock", R"sql(
    select (extract(epoch from now()) * 1000000)::bigint as now
)sql"};

const pg::Query kListAccounts{"chatwoot.accounts",
                              "select id, coalesce(name, '') as name from accounts order by id"};

const pg::Query kListInboxes{"chatwoot.inboxes", R"sql(
    select id, account_id, coalesce(name, '') as name, coalesce(channel_type, '') as channel_type
      from inboxes where $1::bigint is null or account_id = $1 order by account_id, id
)sql"};

}  // namespace

Source::Source(const SourceSettings& settings) : connection_(settings.connection) {
    pg::Transaction transaction(connection_);
    const std::string timeout = std::to_string(settings.statement_timeout.count());
    transaction.RunScript(
        // Compiling a plan costs more than it saves: most reads are of a few changed rows.
        {"chatwoot.session", "set default_transaction_read_only = on; set jit = off;"
                             "set idle_in_transaction_session_timeout = '10min';"
                             "set statement_timeout = '" +
                                 timeout + "s'"});
    transaction.Commit();
}

Snapshot::Snapshot(Source& source)
    : transaction_(source.connection(), pg::Transaction::Mode::kReadOnlySnapshot) {
    // now() is when the transaction began, and its first statement takes the snapshot after that: all
    // that was committed before `taken_at_` is visible.
    taken_at_ = transaction_.Execute(kClock).One()["now"].Int64();
}

std::vector<Account> ListAccounts(Snapshot& snapshot) {
    std::vector<Account> accounts;
    for (const pg::Row row : snapshot.transaction().Execute(kListAccounts)) {
        accounts.push_back({base::AccountId(row["id"].Int64()), row["name"].String()});
    }
    return accounts;
}

std::vector<SourceInbox> ListInboxes(Snapshot& snapshot, std::optional<base::AccountId> account) {
    std::vector<SourceInbox> inboxes;
    for (const pg::Row row : snapshot.transaction().Execute(kListInboxes, account)) {
        inboxes.push_back({base::InboxId(row["id"].Int64()),
                           base::AccountId(row["account_id"].Int64()), row["name"].String(),
                           row["channel_type"].String()});
    }
    return inboxes;
}

}  // namespace geniai::chatwoot
