// The baseline of `make bench-sync`: the fastest way we know to get the rows of the source view
// into the warehouse's tables without looking at them. No transform, no hash, no row security.
//
// Two lanes: while one merges its batch into the tables, the other copies the next one into its
// staging table. With one batch for everything it is the sequential pipe: copy all, then merge all.
//
//   usage: plain_pipe SOURCE TARGET stream|ranges BATCH_ROWS
//     SOURCE      connection string of a reader of Chatwoot's database
//     TARGET      connection string of a superuser of a migrated warehouse
//     stream      one reader: one COPY an account, ordered by id, whose rows the lanes take in turn
//     ranges      two readers: each lane copies ranges of ids on a connection of its own
//     BATCH_ROWS  rows in one batch; 0 (only with stream) for all in one
// Prints how many contacts and conversations it has moved.
#include <cstdio>
#include <cstdlib>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pg/copy.h"

namespace geniai::bench {
namespace {

constexpr std::size_t kLanes = 2;

// What is read, where it is staged and how it gets into the tables.
struct Route {
    std::string select_list;  // from the source relation `v`
    std::string relation;
    std::string id;  // the source's column that orders the rows within an account
    std::string create_staging;
    std::string merge;

    std::string Copy(const std::string& condition) const {
        return "copy (select " + select_list + " from " + relation + " v where " + condition +
               " order by v." + id + ") to stdout";
    }
};

pg::Connection Connect(const std::string& url) {
    pg::Connection connection({.url = base::Secret(url), .application_name = "plain_pipe"});
    pg::Transaction transaction(connection);
    // Compiled plans cost more than they save here; a batch fits in memory.
    transaction.RunScript({"session",
                           "set jit = off; set temp_buffers = '64MB';"
                           "set default_toast_compression = 'lz4'"});
    transaction.Commit();
    return connection;
}

std::string Prefixed(const std::vector<std::string>& names, const std::string& prefix) {
    std::string list;
    for (const std::string& name : names) {
        list += (list.empty() ? "" : ", ") + prefix + name;
    }
    return list;
}

// INSERT … ON CONFLICT DO UPDATE of the staged columns, key first.
std::string Merge(const std::string& table, const std::vector<std::string>& columns) {
    std::string assignments;
    for (std::size_t i = 1; i < columns.size(); ++i) {
        assignments += (i == 1 ? "" : ", ") + columns[i] + " = excluded." + columns[i];
    }
    const std::string list = Prefixed(columns, "");
    return "insert into " + table + " (tenant_id, " + list + ") select tenant_id, " + list +
           " from staging on conflict (tenant_id, " + columns[0] + ") do update set " +
           assignments + ";";
}

Route ContactRoute() {
    const std::vector<std::string> target{"contact_id", "name",       "email",
                                          "phone_number", "identifier", "contact_created_at",
                                          "blocked"};
    return {.select_list =
                "v.account_id, v.id, v.name, v.email, v.phone_number, v.identifier, "
                "v.created_at, v.blocked",
            .relation = "public.contacts",
            .id = "id",
            .create_staging =
                "create temporary table staging on commit delete rows as select "
                "tenant_id, " +
                Prefixed(target, "") + " from contacts with no data",
            .merge = Merge("contacts", target)};
}

const pg::Query kViewColumns{"view.columns", R"sql(
    select array_agg(attname)::text as names from pg_attribute
     where attrelid = 'geniai.vw_conversations_analytics_final'::regclass and attnum > 0
)sql"};

const pg::Query kFactColumns{"fact.columns", R"sql(
    select attname::text as name from pg_attribute
     where attrelid = 'conversations'::regclass and attname = any ($1::text[])
     order by attname <> 'conversation_id', attnum
)sql"};

// The columns that the source view and the table have in common, the key first.
std::vector<std::string> FactColumns(pg::Connection& source, pg::Connection& target) {
    pg::Transaction reading(source);
    const pg::Result in_view = reading.Execute(kViewColumns);
    pg::Transaction matching(target);
    std::vector<std::string> columns;
    for (const pg::Row row : matching.Execute(kFactColumns, in_view.One()["names"].String())) {
        columns.push_back(row["name"].String());
    }
    return columns;
}

Route ConversationRoute(const std::vector<std::string>& facts) {
    return {.select_list = "v.account_id, " + Prefixed(facts, "v.") + ", v.message_compiled",
            .relation = "geniai.vw_conversations_analytics_final",
            .id = "conversation_id",
            .create_staging =
                "create temporary table staging on commit delete rows as select "
                "tenant_id, " +
                Prefixed(facts, "c.") +
                ", x.message_compiled from conversations c join "
                "conversation_transcripts x using (tenant_id, conversation_id) "
                "with no data",
            .merge = Merge("conversations", facts) +
                     Merge("conversation_transcripts", {"conversation_id", "message_compiled"})};
}

// Hands out the source's rows to the lanes.
class Feed {
public:
    virtual ~Feed() = default;
    // Copies the next batch of rows; returns their number, none after the last row.
    virtual std::int64_t CopyBatch(std::size_t lane, pg::CopyIn& into) = 0;
};

std::int64_t CopyRows(pg::CopyOut& from, pg::CopyIn& into, std::int64_t rows_max) {
    std::int64_t rows = 0;
    while (rows_max == 0 || rows < rows_max) {
        const std::optional<std::string_view> row = from.NextRow();
        if (!row) break;
        into.Write(*row);
        into.Write("\n");
        ++rows;
    }
    return rows;
}

std::vector<std::string> Accounts(pg::Connection& source) {
    pg::Transaction transaction(source);
    std::vector<std::string> accounts;
    for (const pg::Row row :
         transaction.Execute({"accounts", "select id from public.accounts order by id"})) {
        accounts.push_back(row["id"].String());
    }
    return accounts;
}

// One COPY an account. The lane that reads has the mutex; the other merges meanwhile.
class StreamFeed final : public Feed {
public:
    StreamFeed(const std::string& source, const Route& route, std::int64_t batch_rows)
        : connection_(Connect(source)),
          accounts_(Accounts(connection_)),
          transaction_(connection_, pg::Transaction::Mode::kReadOnlySnapshot),
          route_(route),
          batch_rows_(batch_rows) {}

    std::int64_t CopyBatch(std::size_t /*lane*/, pg::CopyIn& into) override {
        const std::lock_guard reading(mutex_);
        std::int64_t rows = 0;
        while (batch_rows_ == 0 || rows < batch_rows_) {
            if (!copy_ && !OpenNextAccount()) break;
            const std::int64_t wanted = batch_rows_ == 0 ? 0 : batch_rows_ - rows;
            const std::int64_t copied = CopyRows(*copy_, into, wanted);
            if (wanted == 0 || copied < wanted) copy_.reset();
            rows += copied;
        }
        return rows;
    }

private:
    bool OpenNextAccount() {
        if (next_account_ == accounts_.size()) return false;
        copy_.emplace(
            transaction_,
            pg::Query{"source.copy", route_.Copy("v.account_id = " + accounts_[next_account_++])});
        return true;
    }

    pg::Connection connection_;
    std::vector<std::string> accounts_;
    pg::Transaction transaction_;
    const Route& route_;
    const std::int64_t batch_rows_;
    std::mutex mutex_;
    std::size_t next_account_ = 0;     // guarded by mutex_
    std::optional<pg::CopyOut> copy_;  // guarded by mutex_
};

// Of every $2 rows of an account a condition on `v`, whose column of the id is $1.
pg::Query Ranges(const std::string& base_table) {
    return {"source.ranges", R"sql(
        select format('v.account_id = %s and v.%I between %s and %s',
                      account_id, $1::text, min(id), max(id)) as condition
          from (select account_id, id,
                       (row_number() over (partition by account_id order by id) - 1) / $2 as batch
                  from public.)sql" +
                                 base_table + R"sql() as numbered
         group by account_id, batch order by account_id, batch)sql"};
}

// One COPY a batch. The ranges are known beforehand, so the lanes do not wait for each other.
class RangeFeed final : public Feed {
public:
    RangeFeed(const std::string& source, const Route& route, const std::string& base_table,
              std::int64_t batch_rows)
        : route_(route) {
        while (connections_.size() < kLanes)
            connections_.push_back(Connect(source));
        pg::Transaction transaction(connections_[0]);
        for (const pg::Row row : transaction.Execute(Ranges(base_table), route.id, batch_rows)) {
            conditions_.push_back(row["condition"].String());
        }
    }

    std::int64_t CopyBatch(std::size_t lane, pg::CopyIn& into) override {
        const std::string* condition = Claim();
        if (condition == nullptr) return 0;
        pg::Transaction transaction(connections_[lane], pg::Transaction::Mode::kReadOnly);
        pg::CopyOut copy(transaction, {"source.copy", route_.Copy(*condition)});
        return CopyRows(copy, into, 0);
    }

private:
    const std::string* Claim() {
        const std::lock_guard claiming(mutex_);
        return next_ == conditions_.size() ? nullptr : &conditions_[next_++];
    }

    const Route& route_;
    std::vector<pg::Connection> connections_;  // one a lane
    std::vector<std::string> conditions_;
    std::mutex mutex_;
    std::size_t next_ = 0;  // guarded by mutex_
};

// Batch after batch: copy, merge, commit.
std::int64_t RunLane(std::size_t lane, const std::string& target, const Route& route, Feed& feed) {
    pg::Connection connection = Connect(target);
    {
        pg::Transaction transaction(connection);
        transaction.RunScript({"staging.create", route.create_staging});
        transaction.Commit();
    }
    std::int64_t rows = 0;
    while (true) {
        pg::Transaction transaction(connection);
        pg::CopyIn into(transaction, {"staging.copy", "copy staging from stdin"});
        const std::int64_t copied = feed.CopyBatch(lane, into);
        into.Complete();
        if (copied == 0) return rows;
        transaction.RunScript({"target.merge", route.merge});
        transaction.Commit();
        rows += copied;
    }
}

std::int64_t RunLanes(const std::string& target, const Route& route, Feed& feed) {
    std::vector<std::future<std::int64_t>> lanes;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        lanes.push_back(std::async(std::launch::async,
                                   [&, lane] { return RunLane(lane, target, route, feed); }));
    }
    std::int64_t rows = 0;
    for (auto& lane : lanes) {
        rows += lane.get();
    }
    return rows;
}

struct Options {
    std::string source;
    std::string target;
    bool by_ranges = false;
    std::int64_t batch_rows = 0;
};

std::int64_t Move(const Options& options, const Route& route, const std::string& base_table) {
    if (options.by_ranges) {
        RangeFeed feed(options.source, route, base_table, options.batch_rows);
        return RunLanes(options.target, route, feed);
    }
    StreamFeed feed(options.source, route, options.batch_rows);
    return RunLanes(options.target, route, feed);
}

int Run(const Options& options) {
    pg::Connection source = Connect(options.source);
    pg::Connection target = Connect(options.target);
    const Route conversations = ConversationRoute(FactColumns(source, target));
    const std::int64_t contacts_moved = Move(options, ContactRoute(), "contacts");
    const std::int64_t conversations_moved = Move(options, conversations, "conversations");
    std::printf("{\"contacts\":%lld,\"conversations\":%lld}\n",
                static_cast<long long>(contacts_moved),
                static_cast<long long>(conversations_moved));
    return EXIT_SUCCESS;
}

}  // namespace
}  // namespace geniai::bench

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const bool usable = words.size() == 4 && (words[2] == "stream" || words[2] == "ranges");
    const std::int64_t batch_rows = usable ? std::atoll(words[3].c_str()) : 0;
    if (!usable || batch_rows < 0 || (words[2] == "ranges" && batch_rows == 0)) {
        std::fputs("usage: plain_pipe SOURCE TARGET stream|ranges BATCH_ROWS\n", stderr);
        return 2;
    }
    try {
        return geniai::bench::Run({words[0], words[1], words[2] == "ranges", batch_rows});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "plain_pipe: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
