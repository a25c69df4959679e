// Random interleavings of a Chatwoot's writers with syncs, some of which are killed: whatever happens
// between, in the end the warehouse equals the source. A run of this test draws its own seed and prints
// it when it fails:
//   pg_tests --gtest_filter='ChaosTest.*' --gtest_random_seed=17      the same run again (1 to 9999)
//   pg_tests --gtest_filter='ChaosTest.*' --gtest_random_seed=170042  interleaving 42 of it alone
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "app/wiring.h"
#include "base/error.h"
#include "base/test_point.h"
#include "chatwoot/view_installer.h"
#include "sync/pipeline.h"
#include "sync/shared_look.h"
#include "sync/test_points.h"
#include "tenancy/inboxes.h"
#include "testing/chatwoot_fixture.h"
#include "testing/chatwoot_writers.h"
#include "testing/child_process.h"
#include "testing/test_database.h"
#include "testing/warehouse_equality.h"

namespace geniai::sync {
namespace {

using testing::ChatwootWriters;
using testing::ChildProcess;
using testing::Clocks;
using testing::Repertoire;

constexpr int kInterleavings = 2'000;
constexpr int kSeedFactor = 10'000;  // of one run; room for its interleavings
constexpr int kWorkers = 4;          // more than the cores that CI has: much is waiting
constexpr std::size_t kFailuresShown = 3;
constexpr int kWriterSessions = 3;

// As whom the sync reads the source, and so how it finds what changed.
enum class Access { kTables, kColumns, kView };

constexpr const char* kColumnsRole = "chaos_columns";
constexpr const char* kViewRole = "chaos_view";

// One Chatwoot and one warehouse for all interleavings; each has an account and a tenant of its own.
class Databases {
public:
    Databases() {
        source_.Run(R"sql(
            insert into users (id, uid, name, created_at, updated_at)
            select g, 'agent-' || g, 'Atendente ' || g, now(), now() from generate_series(1, 3) g;
            insert into tags (id, name) values (1, 'novo'), (2, 'urgente'), (3, 'vip');
            do $$
            declare
                role_name text;
                part record;
            begin
                foreach role_name in array array['chaos_columns', 'chaos_view'] loop
                    if not exists (select from pg_roles where rolname = role_name) then
                        execute format('create role %I', role_name);
                    end if;
                    execute format('grant %I to test_reader', role_name);
                end loop;
                -- Grants of columns do not cover the system's own, so no row shows its version.
                for part in select table_name, string_agg(quote_ident(column_name), ', ') as columns
                              from information_schema.columns
                             where table_schema = 'public' group by table_name loop
                    execute format('grant select (%s) on public.%I to chaos_columns', part.columns,
                                   part.table_name);
                end loop;
            end
            $$)sql");
        pg::Connection owner(source_.OwnerSettings());
        chatwoot::InstallView(owner, app::SourceViewSql(), kViewRole);
    }

    pg::Connection OpenSource() const { return pg::Connection(source_.OwnerSettings()); }
    pg::Connection OpenWarehouse() const { return warehouse_.Connect(warehouse_.kApp); }

    pg::ConnectionSettings SourceAs(Access access) const {
        pg::ConnectionSettings settings = source_.ReaderSettings();
        if (access == Access::kTables) return settings;
        const char* role = access == Access::kView ? kViewRole : kColumnsRole;
        settings.url =
            base::Secret(settings.url.Reveal() + " options='-c role=" + std::string(role) + "'");
        return settings;
    }
    pg::ConnectionSettings Warehouse() const { return warehouse_.Settings(warehouse_.kApp); }

private:
    testing::ChatwootFixture source_;
    testing::TestWarehouse warehouse_;
};

// The sessions of one process to both. Made after the fork, for no two processes may share one.
struct Sessions {
    explicit Sessions(const Databases& databases)
        : source(databases.OpenSource()), warehouse(databases.OpenWarehouse()),
          superuser({.url = testing::TestCluster().Url(pg::PrivateCluster::kSuperuser, "postgres"),
                     .application_name = "geniai test"}) {
        for (int i = 0; i < kWriterSessions; ++i) {
            writers.push_back(databases.OpenSource());
            pg::Transaction transaction(writers.back());
            // Writers never wait for each other; were it otherwise, this would tell.
            transaction.Execute({"test.writer.patience", "set lock_timeout = '5s'"});
            transaction.Commit();
        }
    }

    pg::Connection source;
    pg::Connection warehouse;
    pg::Connection superuser;
    std::vector<pg::Connection> writers;
};

// What happened in a test, to see that it is no empty one.
struct Tally {
    int runs = 0;
    int looked = 0;     // runs by a look
    int disturbed = 0;  // runs with writers at work in the middle
    int killed = 0;
    int comparisons = 0;

    Tally& operator+=(const Tally& other) {
        runs += other.runs;
        looked += other.looked;
        disturbed += other.disturbed;
        killed += other.killed;
        comparisons += other.comparisons;
        return *this;
    }
};

class Interleaving {
public:
    Interleaving(const Databases& databases, Sessions& sessions, int account, std::uint64_t seed)
        : sessions_(sessions), account_(account), random_(seed) {
        const int access = Below(100);
        access_ = access < 70 ? Access::kTables : access < 85 ? Access::kColumns : Access::kView;
        syncs_suffice_ = Happens(0.6);
        clocks_ = Happens(0.5) ? Clocks::kApart : Clocks::kExact;
        settings_.warehouse = databases.Warehouse();
        settings_.source.connection = databases.SourceAs(access_);
        settings_.warehouse.application_name = "sync of " + std::to_string(account_);
        settings_.source.connection.application_name = settings_.warehouse.application_name;
        settings_.view_sql = app::SourceViewSql();
        settings_.clock_margin = std::chrono::seconds(clocks_ == Clocks::kApart ? 60 : 0);
        settings_.retry_for = std::chrono::seconds(5);
        settings_.batch_rows = 1 + Below(7);
        if (Happens(0.7)) settings_.overlap_rows = 0;
        settings_.program_version = "test";
    }

    // Plays it to the end. Throws what is wrong.
    void Play() {
        MakeAccount();
        MakeTenant();
        // Where only the view is seen, an inbox is found by its conversations, before they move.
        if (access_ == Access::kView) Run();
        writers_.emplace(std::span(sessions_.writers),
                         ChatwootWriters::Settings{account_, {Inbox(0), Inbox(1)}, RepertoireOf(),
                                                   clocks_, random_()});
        const int before = Below(8);
        for (int i = 0; i < before; ++i) writers_->Step();
        const int steps = 5 + std::min(Below(21), Below(21));
        for (int i = 0; i < steps; ++i) Step();
        End();
    }

    const Tally& tally() const { return tally_; }

    std::string Describe() const {
        static constexpr const char* kAccess[] = {"tables", "columns", "view"};
        std::ostringstream text;
        text << "  tenant " << tenant_.id.ToString() << " reads " << kAccess[static_cast<int>(access_)]
             << ", batches of " << settings_.batch_rows << ", margin "
             << settings_.clock_margin.count() << " s, "
             << (syncs_suffice_ ? "syncs must suffice" : "with reconcile") << "\n";
        for (const std::string& entry : history_) text << "  " << entry << "\n";
        return text.str();
    }

private:
    // What syncs find by themselves depends on what the source shows them.
    Repertoire RepertoireOf() const {
        if (!syncs_suffice_) return Repertoire::kEverything;
        switch (access_) {
            case Access::kTables: return Repertoire::kRowVersions;
            case Access::kColumns: return Repertoire::kStamps;
            case Access::kView: return Repertoire::kConversationStamps;
        }
        return Repertoire::kEverything;
    }

    int Inbox(int number) const { return account_ * 10 + number; }

    void MakeAccount() {
        pg::Transaction transaction(sessions_.source);
        transaction.Execute({"test.account", R"sql(
            insert into accounts (id, name, created_at, updated_at)
            values ($1::int, 'Conta ' || $1::int, now(), now()))sql"},
                            account_);
        transaction.Execute({"test.team", R"sql(
            insert into teams (name, account_id, created_at, updated_at)
            values ('equipe', $1, now(), now()))sql"},
                            account_);
        transaction.Execute({"test.inboxes", R"sql(
            insert into inboxes (id, channel_id, account_id, name, channel_type, created_at, updated_at)
            select $1::int * 10 + g, g, $1::int, 'Caixa ' || g, 'Channel::Api', now(), now()
              from generate_series(0, 1) g)sql"},
                            account_);
        // The first sync maps the inboxes that it sees; where it sees the view alone, those with rows.
        transaction.Execute({"test.first_conversations", R"sql(
            insert into conversations (account_id, inbox_id, status, display_id, created_at, updated_at)
            select $1::int, $1::int * 10 + g, 0, 0, now(), now() from generate_series(0, 1) g)sql"},
                            account_);
        transaction.Commit();
    }

    void MakeTenant() {
        tenancy::RoleScope scope(sessions_.warehouse, tenancy::DatabaseRole::kAdminUsers);
        tenancy::TenantChange tenant;
        tenant.name = "Conta " + std::to_string(account_);
        tenant.account = base::AccountId(account_);
        tenant_ = tenancy::AddTenant(scope, tenant);
        scope.Commit();
    }

    // Mostly the writers work. A run costs as much as all they do, and is one step of ten.
    void Step() {
        const int choice = Below(200);
        if (choice < 169) {
            writers_->Step();
        } else if (choice < 172) {
            RunUndisturbed();
        } else if (choice < 178) {
            RunWithWritersInTheMiddle();
        } else if (choice < 179) {
            RunWhileSessionsAreEnded();
        } else if (choice < 181) {
            RunBeside();
        } else if (choice < 183) {
            RunAndKillSometime();
        } else if (choice < 188) {
            RunAndKillAtPoint();
        } else if (choice < 189) {
            RunBetweenDrawingAndWriting();
        } else if (choice < 195) {
            RunByLookAfterAMinute();
        } else if (choice < 197) {
            AddInbox();
        } else {
            SwitchInbox();
        }
    }

    void End() {
        writers_->Settle();
        Note("settled");
        if (syncs_suffice_) {
            Run();
            RequireEqual("after the last sync");
        } else if (Happens(0.1)) {
            Run();
        }
        if (!syncs_suffice_ || Happens(0.1)) {
            const ReconcileSummary found = Reconcile();
            Require(found.holds, "reconcile says that the warehouse does not equal the source");
            Require(!syncs_suffice_ || found.repaired == 0, "reconcile repaired something");
            RequireEqual("after the last reconcile");
        }
        if (Happens(0.1)) Require(Written(Run()) == 0, "a sync without changes wrote rows");
    }

    // The next three are how a sync meets writers; each ends well.

    void RunUndisturbed() {
        Run();
        // All that is committed now was so when the run began. Touches may be missing still.
        if (syncs_suffice_ && access_ != Access::kView) RequireEqual("after a sync");
    }

    void RunWithWritersInTheMiddle() {
        ++tally_.disturbed;
        int left = 1 + Below(6);
        const testing::TestPointListener listener([&](std::string_view point) {
            if (left == 0 || !Happens(0.2)) return;
            --left;
            Note("at " + std::string(point));
            writers_->Step();
        });
        Run();
    }

    // A lost connection ends an attempt; the run goes on by itself.
    void RunWhileSessionsAreEnded() {
        ++tally_.disturbed;
        int left = 1 + Below(2);
        const testing::TestPointListener listener([&](std::string_view point) {
            if (Happens(0.2)) writers_->Step();
            if (left == 0 || !Happens(0.1)) return;
            --left;
            EndSessionsOfRuns(Happens(0.5) ? "t" : "f");
            Note("at " + std::string(point) + " sessions end");
        });
        Run();
    }

    // Those on the source, or those on the warehouse.
    void EndSessionsOfRuns(const char* of_source) {
        pg::Transaction transaction(sessions_.superuser);
        transaction.Execute({"test.end_sessions", R"sql(
            select pg_terminate_backend(pid) from pg_stat_activity
             where application_name = $1 and (usename = 'test_reader') = $2::boolean)sql"},
                            settings_.source.connection.application_name, of_source);
        transaction.Commit();
    }

    void RunBeside() {
        ++tally_.disturbed;
        ChildProcess child([this] { return RunOnce(); });
        Note("a sync beside begins");
        const int steps = 1 + Below(5);
        for (int i = 0; i < steps; ++i) writers_->Step();
        if (Happens(0.1) && !off_.empty()) SwitchOn(*off_.begin());
        const ChildProcess::End end = child.Wait();
        Note("it " + end.ToString());
        Require(end.Succeeded(), "a sync beside " + end.ToString());
        inboxes_are_found_ = true;
    }

    // Two runs see greater ids of messages while this one has been drawn and not been written.
    void RunBetweenDrawingAndWriting() {
        if (clocks_ != Clocks::kApart || access_ == Access::kView) return;
        writers_->DrawMessages();
        for (int i = 0; i < 2; ++i) {
            writers_->Step();
            writers_->Settle();
            Run();
        }
        writers_->WriteDrawnMessages();
        Note("drawn messages are written");
        RunUndisturbed();
    }

    // And the two in which it dies.

    void RunAndKillSometime() {
        ChildProcess child([this] { return RunOnce(); });
        const auto delay = std::chrono::microseconds(Below(30'000));
        Note("a sync begins and is killed after " + std::to_string(delay.count()) + " us");
        if (Happens(0.5)) writers_->Step();
        std::this_thread::sleep_for(delay);
        child.Kill();
        EndKilled(child.Wait());
    }

    void RunAndKillAtPoint() {
        const std::string point(kTestPoints[static_cast<std::size_t>(Below(kTestPoints.size()))]);
        const int occurrence = 1 + Below(3);
        Note("a sync begins that dies at " + point + " " + std::to_string(occurrence));
        ChildProcess child([&] {
            testing::DieAt(point, occurrence);
            return RunOnce();
        });
        if (Happens(0.5)) writers_->Step();
        EndKilled(child.Wait());
    }

    void EndKilled(const ChildProcess::End& end) {
        Note("it " + end.ToString());
        Require(end.signal == SIGKILL || end.Succeeded(), "a sync " + end.ToString());
        if (end.signal == 0) return;
        ++tally_.killed;
        if (Happens(0.2)) SwitchInbox();
    }

    // What is remembered of the source becomes older than any margin. Writers that took an id or a
    // stamp before write it within the margin.
    void LetAMinutePass() {
        if (writers_->HoldsDrawnIds()) return;
        tenancy::TenantScope scope(sessions_.warehouse, tenancy::DatabaseRole::kEtlService,
                                   tenant_.id);
        scope.Execute({"test.time", "update source_snapshots set taken_at = taken_at - interval '61 s'"});
        scope.Commit();
        Note("a minute passes");
    }

    // An inbox with some history, which is mapped later or never.
    void AddInbox() {
        if (inboxes_ == kInboxesMax || !inboxes_are_found_) return;
        const int inbox = Inbox(inboxes_++);
        pg::Transaction transaction(sessions_.source);
        transaction.Execute({"test.inbox", R"sql(
            insert into inboxes (id, channel_id, account_id, name, channel_type, created_at, updated_at)
            values ($1::int, $1::int, $2, 'Caixa nova', 'Channel::Api', now(), now()))sql"},
                            inbox, account_);
        transaction.Execute({"test.history", R"sql(
            insert into conversations (account_id, inbox_id, status, display_id, created_at, updated_at)
            select $2, $1, 1, 0, '2026-01-01', '2026-01-01' from generate_series(1, 3))sql"},
                            inbox, account_);
        transaction.Commit();
        off_.insert(inbox);
        if (!syncs_suffice_) writers_->AddInbox(inbox);
        Note("inbox " + std::to_string(inbox) + " is added");
    }

    void SwitchInbox() {
        if (!inboxes_are_found_) return;
        const int inbox = Inbox(Below(inboxes_));
        if (off_.contains(inbox)) {
            SwitchOn(inbox);
            if (Happens(0.5)) RunAndKillAtPoint();
        } else if (static_cast<int>(off_.size()) + 1 < inboxes_) {
            SwitchOff(inbox);
        }
    }

    void SwitchOn(int inbox) {
        MapInbox(inbox, tenancy::InboxState::kActive);
        off_.erase(inbox);
        writers_->AddInbox(inbox);
    }

    // What moves to an inbox that is off is found by reconcile only.
    void SwitchOff(int inbox) {
        if (syncs_suffice_) {
            writers_->RemoveInbox(inbox);
            writers_->Settle();
            Run();
        }
        MapInbox(inbox, tenancy::InboxState::kInactive);
        off_.insert(inbox);
    }

    void MapInbox(int inbox, tenancy::InboxState state) {
        tenancy::RoleScope scope(sessions_.warehouse, tenancy::DatabaseRole::kAdminUsers);
        tenancy::MapInbox(scope, tenant_.id, {base::InboxId(inbox), "", ""}, state);
        scope.Commit();
        Note("inbox " + std::to_string(inbox) + " is mapped " +
             (state == tenancy::InboxState::kActive ? "on" : "off"));
    }

    // A killed run leaves its lock to its server process, which ends at its next look at the socket.
    template <class Work>
    std::invoke_result_t<Work> WhenFree(const Work& work) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        for (;;) {
            try {
                return work();
            } catch (const base::Error& error) {
                if (error.code() != base::ErrorCode::kAlreadyRunning ||
                    std::chrono::steady_clock::now() > deadline) {
                    throw;
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
            }
        }
    }

    // The bound of a tenant's first minute is too weak for a look.
    void RunByLookAfterAMinute() {
        LetAMinutePass();
        Run();
        const int steps = Below(4);
        for (int i = 0; i < steps; ++i) writers_->Step();
        Run(true);
    }

    // A run in this process, which must succeed.
    RunSummary Run() { return Run(Happens(0.5)); }

    RunSummary Run(bool by_look) {
        Note(by_look ? "sync by a look" : "sync");
        return WhenFree([&] {
            ++tally_.runs;
            RunSummary summary = Sync(by_look);
            inboxes_are_found_ = true;
            return summary;
        });
    }

    // As one of many tenants, or alone.
    RunSummary Sync(bool by_look) {
        Pipeline pipeline = MakePipeline();
        std::optional<SharedLook> look;
        if (by_look) look = pipeline.Look({&tenant_, 1}).get();
        if (look) {
            ++tally_.looked;
            base::TestPoint("look.taken");
        }
        RunOptions options;
        options.look = [&] { return look ? &*look : nullptr; };
        return pipeline.Run(tenant_, options);
    }

    ReconcileSummary Reconcile() {
        Note("reconcile");
        const ReconcileSummary found = WhenFree([this] {
            ++tally_.runs;
            return MakePipeline().Reconcile(tenant_, {});
        });
        Require(found.held_back_deletes == 0, "deletes are held back");
        return found;
    }

    // In a child process.
    std::string RunOnce() {
        const bool by_look = Happens(0.5);
        WhenFree([&] { return Sync(by_look); });
        return "done";
    }

    Pipeline MakePipeline() const {
        static const TenantClassifier none;
        static const obs::Log log(obs::Level::kOff);
        return Pipeline(settings_, none, log);
    }

    static std::int64_t Written(const RunSummary& summary) {
        return summary.conversations.inserted + summary.conversations.updated +
               summary.contacts.inserted + summary.contacts.updated + summary.deleted +
               summary.rejected;
    }

    void RequireEqual(const std::string& when) {
        ++tally_.comparisons;
        Require(ClosedInboxes() == 0, when + " an inbox is closed, and none was deleted");
        const auto stamps = access_ == Access::kView ? testing::ContactStamps::kUnknown
                                                     : testing::ContactStamps::kKnown;
        const std::string differences =
            testing::DifferencesFromSource(sessions_.warehouse, tenant_, sessions_.source, stamps);
        Require(differences.empty(), when + " the warehouse differs:\n" + differences);
    }

    std::int64_t ClosedInboxes() {
        tenancy::TenantScope scope(sessions_.warehouse, tenancy::DatabaseRole::kAuthenticatedUsers,
                                   tenant_.id);
        return scope.Execute({"test.closed", R"sql(
            select count(*) from inbox_tenant_mapping where closed_at is not null)sql"})
            .One()["count"]
            .Int64();
    }

    static void Require(bool holds, const std::string& problem) {
        if (!holds) throw std::runtime_error(problem);
    }

    // The writers' steps come into the history in their order.
    void Note(const std::string& what) {
        if (writers_) {
            const auto& steps = writers_->history();
            history_.insert(history_.end(), steps.begin() + static_cast<std::ptrdiff_t>(noted_),
                            steps.end());
            noted_ = steps.size();
        }
        history_.push_back(what);
    }

    int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
    bool Happens(double probability) { return std::bernoulli_distribution(probability)(random_); }

    static constexpr int kInboxesMax = 5;

    Sessions& sessions_;
    int account_;
    std::mt19937_64 random_;
    Access access_ = Access::kTables;
    bool syncs_suffice_ = false;  // no step is of a kind that only reconcile finds
    Clocks clocks_ = Clocks::kExact;
    Settings settings_;
    tenancy::Tenant tenant_;
    std::optional<ChatwootWriters> writers_;
    int inboxes_ = 2;
    std::set<int> off_;  // those that are switched off, or not mapped yet
    // The first sync maps all inboxes, unless somebody mapped one before.
    bool inboxes_are_found_ = false;
    std::vector<std::string> history_;
    std::size_t noted_ = 0;
    Tally tally_;
};

std::uint64_t SeedOf(int run_seed, int number) {
    return static_cast<std::uint64_t>(run_seed) * kSeedFactor + static_cast<std::uint64_t>(number);
}

// Plays interleavings first, first + step … below `count`. The answer has the tally as its first line,
// and then what failed.
std::string PlayShare(const Databases& databases, int run_seed, int first, int step, int count) {
    Sessions sessions(databases);
    Tally tally;
    std::string failures;
    std::size_t failed = 0;
    for (int number = first; number < count && failed < kFailuresShown; number += step) {
        Interleaving interleaving(databases, sessions, 1'000 + number, SeedOf(run_seed, number));
        try {
            interleaving.Play();
        } catch (const std::exception& error) {
            ++failed;
            failures += "interleaving --gtest_random_seed=" +
                        std::to_string(SeedOf(run_seed, number)) + ": " + error.what() + "\n" +
                        interleaving.Describe();
        }
        tally += interleaving.tally();
    }
    std::ostringstream answer;
    answer << tally.runs << ' ' << tally.looked << ' ' << tally.disturbed << ' ' << tally.killed << ' '
           << tally.comparisons << '\n'
           << failures;
    return answer.str();
}

Tally TakeAnswer(const ChildProcess::End& end) {
    if (!end.Succeeded()) {
        ADD_FAILURE() << "a worker " << end.ToString();
        return {};
    }
    std::istringstream answer(end.answer);
    Tally tally;
    answer >> tally.runs >> tally.looked >> tally.disturbed >> tally.killed >> tally.comparisons;
    const std::string failures = end.answer.substr(end.answer.find('\n') + 1);
    if (!failures.empty()) ADD_FAILURE() << failures;
    return tally;
}

int DrawSeed() {
    return std::uniform_int_distribution<int>(1, kSeedFactor - 1)(*std::make_unique<std::random_device>());
}

TEST(ChaosTest, NoInterleavingOfWritersAndKilledSyncsLosesARow) {
    const Databases databases;
    const int flag = GTEST_FLAG_GET(random_seed);
    if (flag >= kSeedFactor) {
        const int number = flag % kSeedFactor;
        ChildProcess worker([&] {
            return PlayShare(databases, flag / kSeedFactor, number, 1, number + 1);
        });
        TakeAnswer(worker.Wait());
        return;
    }
    const int seed = flag > 0 ? flag : DrawSeed();
    RecordProperty("seed", seed);
    std::vector<std::unique_ptr<ChildProcess>> workers;
    for (int i = 0; i < kWorkers; ++i) {
        workers.push_back(std::make_unique<ChildProcess>(
            [&databases, seed, i] { return PlayShare(databases, seed, i, kWorkers, kInterleavings); }));
    }
    Tally tally;
    for (const auto& worker : workers) tally += TakeAnswer(worker->Wait(std::chrono::minutes(15)));
    if (HasFailure()) return;
    // Each kind of trouble happens often; otherwise the test tries less than it says.
    EXPECT_GT(tally.runs, kInterleavings);
    EXPECT_GT(tally.looked, kInterleavings / 20);
    EXPECT_GT(tally.disturbed, kInterleavings / 4);
    EXPECT_GT(tally.killed, kInterleavings / 8);
    EXPECT_GT(tally.comparisons, kInterleavings);
    RecordProperty("runs", tally.runs);
    RecordProperty("looked", tally.looked);
    RecordProperty("disturbed", tally.disturbed);
    RecordProperty("killed", tally.killed);
    RecordProperty("comparisons", tally.comparisons);
}

}  // namespace
}  // namespace geniai::sync
