#include "sync/pipeline.h"

#include <algorithm>
#include <limits>

#include "base/clock.h"
#include "base/test_point.h"
#include "sync/attempt.h"
#include "sync/batch_copy.h"
#include "sync/pass_store.h"
#include "sync/reconcile.h"
#include "sync/run.h"
#include "warehouse/known_rows.h"
#include "warehouse/rejects.h"

namespace geniai::sync {

namespace {

using chatwoot::Stream;

constexpr std::string_view kAlert = "sync.failed";
constexpr std::int64_t kBeforeAll = std::numeric_limits<std::int64_t>::min();
// Ids in memory at a time: a pass over a source of any size goes through it piece by piece.
constexpr std::int64_t kPieceRows = 200'000;

chatwoot::Search SearchOf(const OpenPass& pass, const tenancy::Tenant& tenant,
                          const Settings& settings, const RunOptions& options) {
    chatwoot::Search search;
    search.account = *tenant.account;
    search.inboxes = pass.inboxes.active;
    search.not_loaded = pass.inboxes.not_loaded;
    search.since = pass.state.since;
    search.until = pass.state.until;
    search.position = pass.state.position;
    search.clock_margin = settings.clock_margin;
    search.again_from = options.since;
    return search;
}

chatwoot::Reader ReaderOf(const SourceView& source, const Settings& settings,
                          const tenancy::Tenant& tenant, const OpenPass& pass) {
    return {source.verification, settings.view_sql, *tenant.account, pass.inboxes.active,
            kRowHashSeed};
}

std::vector<std::int64_t> IdsOf(std::span<const chatwoot::ChangedConversation> changes) {
    std::vector<std::int64_t> ids;
    ids.reserve(changes.size());
    for (const auto& change : changes) ids.push_back(change.id.value());
    return ids;
}

// The contacts that they have, each once.
std::vector<std::int64_t> ContactsOf(std::span<const chatwoot::ChangedConversation> changes) {
    std::vector<std::int64_t> ids;
    for (const auto& change : changes) {
        if (change.contact) ids.push_back(change.contact->value());
    }
    std::ranges::sort(ids);
    const auto repeated = std::ranges::unique(ids);
    ids.erase(repeated.begin(), repeated.end());
    return ids;
}

// One attempt of a run, stage by stage.
class SyncAttempt {
public:
    SyncAttempt(const Settings& settings, const Classifier& classifier,
                const tenancy::Tenant& tenant, const RunOptions& options, Run& run,
                RunSummary& summary)
        : settings_(settings), run_(run), summary_(summary), source_(settings, options.stop),
          pass_(Open(tenant)), search_(SearchOf(pass_, tenant, settings, options)),
          reader_(ReaderOf(source_, settings, tenant, pass_)),
          copy_(settings, options, classifier, run, source_.snapshot, reader_, summary) {}

    void CopyAll() {
        CopyChangedConversations();
        CopyChangedContacts();
        copy_.Finish();
        CompletePass();
    }

private:
    OpenPass Open(const tenancy::Tenant& tenant) {
        base::TestPoint("pass.snapshot_taken");
        auto scope = run_.Begin();
        OpenPass pass = BeginPass(scope, settings_, tenant, source_);
        base::TestPoint("pass.before_open");
        scope.Commit();
        base::TestPoint("pass.opened");
        // An attempt that repeats another began with that one's snapshot, and promises no more.
        if (!summary_.complete_up_to) summary_.complete_up_to = source_.snapshot.taken_at();
        summary_.unmapped_inboxes = pass.inboxes.unmapped;
        return pass;
    }

    // Contacts first: a conversation never shows up without the name of who wrote.
    void CopyChangedConversations() {
        std::int64_t after = kBeforeAll;
        while (true) {
            const auto changes =
                source_.detectors.FindConversations(source_.snapshot, search_, after, kPieceRows);
            base::TestPoint("pass.conversations_found");
            if (changes.empty()) return;
            const std::vector<std::int64_t> contacts = ContactsOf(changes);
            const std::vector<std::int64_t> ids = IdsOf(changes);
            copy_.Expect(Stream::kContacts, contacts.size());
            copy_.Expect(Stream::kConversations, ids.size());
            copy_.Copy(Stream::kContacts, contacts);
            copy_.Copy(Stream::kConversations, ids,
                       [this](tenancy::TenantScope& scope, std::int64_t last_id) {
                           pass_.state = Advance(std::move(pass_.state), last_id, pass_.next);
                           StorePassState(scope, pass_.state);
                       });
            after = ids.back();
        }
    }

    // Those that changed by themselves. The oldest bound of the pass holds for all contacts.
    void CopyChangedContacts() {
        const auto since = search_.since ? search_.since : search_.until;
        if (!since) return;
        std::int64_t after = kBeforeAll;
        while (true) {
            const auto changed = source_.detectors.FindContacts(source_.snapshot, search_, *since,
                                                                after, kPieceRows);
            base::TestPoint("pass.contacts_found");
            if (changed.empty()) return;
            std::vector<std::int64_t> ids;
            for (const base::ContactId contact : changed) ids.push_back(contact.value());
            copy_.Expect(Stream::kContacts, ids.size());
            copy_.Copy(Stream::kContacts, ids);
            after = ids.back();
        }
    }

    void CompletePass() {
        base::TestPoint("pass.copied");
        auto scope = run_.Begin();
        pass_.state = Complete(std::move(pass_.state), pass_.next);
        StorePassState(scope, pass_.state);
        tenancy::MarkInboxesLoaded(scope, pass_.inboxes.not_loaded);
        summary_.watermark = pass_.next.at;
        Succeed(scope, run_, kAlert, summary_);
        base::TestPoint("pass.before_complete");
        scope.Commit();
        base::TestPoint("pass.complete");
    }

    const Settings& settings_;
    Run& run_;
    RunSummary& summary_;
    SourceView source_;
    OpenPass pass_;
    chatwoot::Search search_;
    chatwoot::Reader reader_;
    BatchCopy copy_;
};

void LogDone(const obs::Log& log, std::string_view event, const RunSummary& summary) {
    log.Info(event, {{"tenant_id", summary.tenant.value()},
                     {"extracted", summary.extracted},
                     {"inserted", summary.conversations.inserted},
                     {"updated", summary.conversations.updated},
                     {"unchanged", summary.conversations.unchanged},
                     {"deleted", summary.deleted},
                     {"rejected", summary.rejected},
                     {"retries", summary.retries},
                     {"seconds", summary.seconds}});
}

// Counts what the rows with these ids would become.
void PreviewRows(tenancy::TenantScope& scope, SourceView& source, const chatwoot::Reader& reader,
                 Stream stream, std::span<const std::int64_t> ids,
                 const std::optional<std::string>& rules_version, warehouse::LoadCounts& counts) {
    const auto known = stream == Stream::kConversations
                           ? warehouse::FindKnownConversations(scope, ids, rules_version)
                           : warehouse::FindKnownContacts(scope, ids);
    chatwoot::FingerprintStream rows = reader.ReadFingerprints(source.snapshot, stream, ids);
    while (const auto row = rows.Next()) {
        const auto stored = known.find(row->id);
        if (stored == known.end()) {
            ++counts.inserted;
        } else {
            ++(stored->second == row->row_hash ? counts.unchanged : counts.updated);
        }
    }
}

}  // namespace

Pipeline::Pipeline(Settings settings, const Classifier& classifier, const obs::Log& log)
    : settings_(std::move(settings)), classifier_(classifier), log_(log) {
    if (settings_.batch_rows < 1) {
        throw base::Error(base::ErrorCode::kInvalidInput, "--chunk-size must be at least 1");
    }
}

RunSummary Pipeline::Run(const tenancy::Tenant& tenant, const RunOptions& options) {
    RunSummary summary;
    Perform(settings_, log_, tenant, options, std::nullopt, kAlert, summary, [&](sync::Run& run) {
        SyncAttempt(settings_, classifier_, tenant, options, run, summary).CopyAll();
    });
    LogDone(log_, "sync.done", summary);
    return summary;
}

RunSummary Pipeline::Preview(const tenancy::Tenant& tenant, const RunOptions& options) {
    RequireAccount(tenant);
    const base::Stopwatch stopwatch;
    RunSummary summary;
    summary.tenant = tenant.id;
    pg::Connection warehouse(settings_.warehouse);
    SourceView source(settings_, options.stop);
    summary.complete_up_to = source.snapshot.taken_at();
    // Never committed: what the pass would store is undone at the end.
    tenancy::TenantScope scope(warehouse, tenancy::DatabaseRole::kEtlService, tenant.id);
    if (options.mode == Mode::kFull) ForgetPassState(scope);
    const OpenPass pass = BeginPass(scope, settings_, tenant, source);
    summary.unmapped_inboxes = pass.inboxes.unmapped;
    const chatwoot::Search search = SearchOf(pass, tenant, settings_, options);
    const chatwoot::Reader reader = ReaderOf(source, settings_, tenant, pass);
    std::optional<std::string> rules_version;
    if (classifier_.classify) rules_version = classifier_.version;
    std::int64_t after = kBeforeAll;
    while (true) {
        const auto changes = source.detectors.FindConversations(source.snapshot, search, after,
                                                                settings_.batch_rows);
        if (changes.empty()) break;
        const std::vector<std::int64_t> ids = IdsOf(changes);
        const std::vector<std::int64_t> contacts = ContactsOf(changes);
        PreviewRows(scope, source, reader, Stream::kContacts, contacts, std::nullopt,
                    summary.contacts);
        PreviewRows(scope, source, reader, Stream::kConversations, ids, rules_version,
                    summary.conversations);
        after = ids.back();
    }
    summary.extracted = summary.conversations.total();
    summary.seconds = stopwatch.Seconds();
    return summary;
}

ReconcileSummary Pipeline::Reconcile(const tenancy::Tenant& tenant, const RunOptions& options) {
    ReconcileSummary summary = sync::Reconcile(settings_, classifier_, log_, tenant, options);
    LogDone(log_, "reconcile.done", summary.run);
    return summary;
}

RunSummary Pipeline::ReplayRejects(const tenancy::Tenant& tenant, const RunOptions& options) {
    RunSummary summary;
    Perform(settings_, log_, tenant, options, warehouse::LoadType::kReplay, kAlert, summary,
            [&](sync::Run& run) {
                SourceView source(settings_, options.stop);
                OpenPass pass;
                {
                    auto scope = run.Begin();
                    pass.inboxes = FindInboxes(scope, tenant, source);
                    scope.Commit();
                }
                const chatwoot::Reader reader = ReaderOf(source, settings_, tenant, pass);
                BatchCopy copy(settings_, options, classifier_, run, source.snapshot, reader,
                               summary);
                for (const Stream stream : {Stream::kContacts, Stream::kConversations}) {
                    auto scope = run.Begin();
                    const auto ids = warehouse::ListRejected(scope, chatwoot::NameOf(stream));
                    scope.Commit();
                    copy.Expect(stream, ids.size());
                    copy.Copy(stream, ids);
                    copy.Finish();
                }
                auto scope = run.Begin();
                Succeed(scope, run, kAlert, summary);
                scope.Commit();
            });
    LogDone(log_, "replay.done", summary);
    return summary;
}

}  // namespace geniai::sync
