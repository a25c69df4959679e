#include "pg/migrator.h"

#include <map>

#include "base/error.h"
#include "pg/advisory_lock.h"
#include "pg/transaction.h"

namespace geniai::pg {

namespace {

constexpr AdvisoryLock::Key kMigrationLock{.space = 0x67656e69, .item = 1};  // "geni"

const Query kCreateTable{"migrator.create_table", R"sql(
    create table if not exists schema_migrations (
        version    integer primary key,
        name       text not null,
        checksum   text not null,
        applied_at timestamptz not null default now()
    )
)sql"};

const Query kTableExists{"migrator.table_exists",
                         "select to_regclass('schema_migrations') is not null as found"};

const Query kListApplied{"migrator.list", R"sql(
    select version, name, checksum, to_char(applied_at at time zone 'UTC',
           'YYYY-MM-DD"T"HH24:MI:SS"Z"') as applied_at
      from schema_migrations order by version
)sql"};

const Query kChecksum{"migrator.checksum",
                      "select encode(sha256(convert_to($1, 'UTF8')), 'hex') as checksum"};

const Query kRecord{"migrator.record", R"sql(
    insert into schema_migrations (version, name, checksum)
    values ($1, $2, encode(sha256(convert_to($3, 'UTF8')), 'hex'))
)sql"};

struct Applied {
    std::string name;
    std::string checksum;
    std::string applied_at;
};

std::map<int, Applied> ReadApplied(Transaction& transaction) {
    std::map<int, Applied> applied;
    if (!transaction.Execute(kTableExists).One()["found"].Bool()) return applied;
    for (const Row row : transaction.Execute(kListApplied)) {
        applied[row["version"].Int()] = {row["name"].String(), row["checksum"].String(),
                                         row["applied_at"].String()};
    }
    return applied;
}

void ApplyOne(Connection& connection, const Migration& migration) {
    Transaction transaction(connection);
    transaction.RunScript({migration.name, std::string(migration.sql)});
    transaction.Execute(kRecord, migration.version, migration.name, migration.sql);
    transaction.Commit();
}

}  // namespace

Migrator::Migrator(Connection& connection, std::span<const Migration> migrations)
    : connection_(connection), migrations_(migrations) {}

std::vector<Migration> Migrator::Apply() {
    const AdvisoryLock lock = AdvisoryLock::Take(connection_, kMigrationLock);
    RequireUnedited();
    std::map<int, Applied> applied;
    {
        Transaction transaction(connection_);
        transaction.Execute(kCreateTable);
        applied = ReadApplied(transaction);
        transaction.Commit();
    }
    std::vector<Migration> done;
    for (const Migration& migration : migrations_) {
        if (applied.contains(migration.version)) continue;
        ApplyOne(connection_, migration);
        done.push_back(migration);
    }
    return done;
}

void Migrator::RequireUnedited() {
    Transaction transaction(connection_, Transaction::Mode::kReadOnly);
    std::map<int, Applied> unknown = ReadApplied(transaction);
    for (const Migration& migration : migrations_) {
        const auto found = unknown.extract(migration.version);
        if (found.empty()) continue;
        const Result ours = transaction.Execute(kChecksum, migration.sql);
        if (found.mapped().checksum == ours.One()["checksum"].text()) continue;
        throw base::Error(base::ErrorCode::kConflict,
                          "migration " + migration.name +
                              " was changed after it had been applied to this database; restore "
                              "the released file and write a new migration instead");
    }
    if (unknown.empty()) return;
    throw base::Error(base::ErrorCode::kConflict,
                      "the database has migration " + unknown.rbegin()->second.name +
                          ", which this program does not know; install the newer program");
}

std::vector<MigrationState> Migrator::List() {
    Transaction transaction(connection_, Transaction::Mode::kReadOnly);
    const std::map<int, Applied> applied = ReadApplied(transaction);
    std::vector<MigrationState> states;
    for (const Migration& migration : migrations_) {
        const auto found = applied.find(migration.version);
        states.push_back({migration.version, migration.name,
                          found == applied.end() ? "" : found->second.applied_at});
    }
    return states;
}

}  // namespace geniai::pg
