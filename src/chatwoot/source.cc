#include "chatwoot/source.h"

namespace geniai::chatwoot {

namespace {

const pg::Query kMoment{"chatwoot.moment", R"sql(
    select (extract(epoch from now()) * 1000000)::bigint as taken_at,
           txid_snapshot_xmin(s) as xmin, txid_snapshot_xmax(s) as xmax
      from txid_current_snapshot() as s
)sql"};

const pg::Query kMayReadIdentity{"chatwoot.identity.readable", R"sql(
    select has_function_privilege('pg_control_system()', 'execute')
       and has_function_privilege('pg_control_checkpoint()', 'execute') as readable,
           pg_is_in_recovery() as standby
)sql"};

// The control file learns of a new time line only at the next checkpoint; the write position at once.
const pg::Query kPrimaryIdentity{"chatwoot.identity", R"sql(
    select system_identifier || '/' ||
           ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer || '/' ||
           current_database() as identity
      from pg_control_system()
)sql"};

const pg::Query kStandbyIdentity{"chatwoot.identity.standby", R"sql(
    select system_identifier || '/' || timeline_id || '/' || current_database() as identity
      from pg_control_system(), pg_control_checkpoint()
)sql"};

const pg::Query kDatabaseName{"chatwoot.identity.database",
                              "select '-/-/' || current_database() as identity"};

}  // namespace

Source::Source(const SourceSettings& settings) : pool_(settings.pool) {
    if (pool_ != nullptr) {
        pooled_.emplace(pool_->Acquire());
    } else {
        own_ = std::make_unique<pg::Connection>(settings.connection);
    }
    const std::string timeout = std::to_string(settings.statement_timeout.count());
    pg::Transaction transaction(
        connection(),
        // Hashes are made of values as text, so what shapes text is fixed. Compiling a plan costs
        // more than it saves: most reads are of a few changed rows.
        {"chatwoot.session",
         "set default_transaction_read_only = on; set jit = off;"
         "set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres';"
         "set extra_float_digits = 1; set bytea_output = 'hex';"
         "set idle_in_transaction_session_timeout = '10min';"
         "set statement_timeout = '" +
             timeout + "s'"});
    transaction.Commit();
}

Snapshot::Snapshot(Source& source)
    : transaction_(source.connection(), pg::Transaction::Mode::kReadOnlySnapshot) {
    // now() is when the transaction began, and its first statement takes the snapshot after that: all
    // that was committed before `taken_at` is visible.
    const pg::Row row = transaction_.Execute(kMoment).One();
    moment_ = {row["taken_at"].Int64(), row["xmin"].Int64(), row["xmax"].Int64()};
}

void Snapshot::Mark() {
    transaction_.RunScript({"chatwoot.mark", marked_ ? "release savepoint mark; savepoint mark"
                                                     : "savepoint mark"});
    marked_ = true;
}

void Snapshot::BackToMark() {
    if (marked_) transaction_.RunScript({"chatwoot.back_to_mark", "rollback to savepoint mark"});
}

std::string SourceIdentity(Snapshot& snapshot) {
    pg::Transaction& transaction = snapshot.transaction();
    const pg::Row row = transaction.Execute(kMayReadIdentity).One();
    const bool standby = row["standby"].Bool();
    const pg::Query& query = !row["readable"].Bool() ? kDatabaseName
                             : standby               ? kStandbyIdentity
                                                     : kPrimaryIdentity;
    return transaction.Execute(query).One()["identity"].String();
}

}  // namespace geniai::chatwoot
