#include "sync/pipeline.h"

#include <algorithm>
#include <limits>

#include "base/clock.h"
#include "base/test_point.h"
#include "sync/attempt.h"
#include "sync/pass_copy.h"
#include "sync/pass_store.h"
#include "sync/reconcile.h"
#include "sync/run.h"
#include "sync/shared_look.h"
#include "warehouse/known_rows.h"
#include "warehouse/rejects.h"

namespace geniai::sync {

namespace {

using chatwoot::Stream;

constexpr std::int64_t kBeforeAll = std::numeric_limits<std::int64_t>::min();
constexpr int kConnectionsMax = 130;
// Ids in memory at a time: a pass over a source of any size goes through it piece by piece.
constexpr std::int64_t kPieceRows = 100'000;

// `taken_at` is when the pass sees the source.
void CommitOpenPass(tenancy::TenantScope& scope, const OpenPass& pass,
                    chatwoot::SourceTime taken_at, RunSummary& summary) {
    base::TestPoint("pass.before_open");
    scope.CommitSoon();  // a crash that undoes it undoes the batches behind it
    base::TestPoint("pass.opened");
    // An attempt that repeats another began with that one's snapshot, and promises no more.
    if (!summary.complete_up_to) summary.complete_up_to = taken_at;
    summary.unmapped_inboxes = pass.inboxes.unmapped;
}

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

std::vector<std::int64_t> ValuesOf(std::span<const base::ContactId> contacts) {
    std::vector<std::int64_t> values;
    for (const base::ContactId contact : contacts) values.push_back(contact.value());
    return values;
}

// One attempt of a run, by the detectors. Goes piece by piece through what changed.
void CopyByDetectors(const Settings& settings, const TenantClassifier& classifier,
                     const tenancy::Tenant& tenant, const RunOptions& options, Run& run,
                     RunSummary& summary) {
    SourceView source(settings, options.stop);
    base::TestPoint("pass.snapshot_taken");
    auto scope = run.Begin();
    OpenPass open = BeginPass(scope, settings, tenant, source);
    CommitOpenPass(scope, open, source.snapshot.taken_at(), summary);
    const chatwoot::Search search = SearchOf(open, tenant, settings, options);
    PassCopy pass(settings, options, classifier, tenant, run, source, std::move(open), summary);
    std::int64_t after = kBeforeAll;
    while (true) {
        const auto changed =
            source.detectors.FindConversations(source.snapshot, search, after, kPieceRows);
        base::TestPoint("pass.conversations_found");
        if (changed.empty()) break;
        pass.CopyContacts(ContactsOf(changed));
        pass.CopyConversations(changed);
        after = changed.back().id.value();
    }
    // Contacts that changed by themselves. The oldest bound of the pass holds for all of them.
    const auto since = search.since ? search.since : search.until;
    after = kBeforeAll;
    while (since) {
        const auto changed =
            source.detectors.FindContacts(source.snapshot, search, *since, after, kPieceRows);
        base::TestPoint("pass.contacts_found");
        if (changed.empty()) break;
        pass.CopyContacts(ValuesOf(changed));
        after = changed.back().value();
    }
    pass.Complete();
}

// The contacts of what was found, but for those that are here as the look has seen them, and not in
// quarantine. One that it did not find is read: what is here may be from before a time in which it had
// no conversation.
std::vector<std::int64_t> ContactsToCopy(tenancy::TenantScope& scope,
                                         const SharedLook::Findings& found) {
    std::vector<std::int64_t> ids = ContactsOf(found.conversations);
    for (const auto& [contact, row_hash] : found.contacts) ids.push_back(contact.value());
    std::ranges::sort(ids);
    const auto repeated = std::ranges::unique(ids);
    ids.erase(repeated.begin(), repeated.end());
    if (ids.empty()) return ids;
    const warehouse::KnownRows known = warehouse::FindKnownContacts(scope, ids);
    const auto rejected = warehouse::ListRejected(scope, chatwoot::NameOf(Stream::kContacts));
    std::erase_if(ids, [&](std::int64_t id) {
        const auto here = known.find(id);
        const auto seen = found.contacts.find(base::ContactId(id));
        return here != known.end() && seen != found.contacts.end() &&
               here->second == seen->second && std::ranges::find(rejected, id) == rejected.end();
    });
    return ids;
}

// The same by what the look has found, which may be nothing: then the source is not asked again.
// False, and nothing is done, when the tenant needs detectors of its own.
bool CopyByLook(const SharedLook& look, const Settings& settings,
                const TenantClassifier& classifier, const tenancy::Tenant& tenant,
                const RunOptions& options, Run& run, RunSummary& summary) {
    auto scope = run.Begin();
    const std::optional<PassState> state = FindPassState(scope);
    if (!state || !look.CoversPassFrom(*state, *tenant.account)) return false;
    if (look.InboxesOf(*tenant.account).empty()) return false;  // its first may be younger
    OpenPass open = BeginPass(
        scope, settings, look.source_identity(), look.seen(), state,
        CompareInboxes(scope, look.InboxesOf(*tenant.account), tenancy::InboxListing::kComplete));
    if (open.state != *state || !open.inboxes.not_loaded.empty()) return false;
    // An inbox may be younger than the look; what is gone now, the detectors' moment shows.
    if (!open.inboxes.vanished.empty()) return false;
    const SharedLook::Findings found = look.FindingsIn(*tenant.account, open.inboxes.active);
    const std::vector<std::int64_t> contacts = ContactsToCopy(scope, found);
    if (found.conversations.empty() && contacts.empty()) {
        summary.complete_up_to = look.seen().moment.taken_at;
        summary.unmapped_inboxes = open.inboxes.unmapped;
        CompletePass(scope, run, std::move(open), summary);
        return true;
    }
    SourceView source(settings, options.stop, look.verification());
    if (!look.IsSeenBy(source)) return false;
    base::TestPoint("pass.snapshot_taken");
    CommitOpenPass(scope, open, look.seen().moment.taken_at, summary);
    PassCopy pass(settings, options, classifier, tenant, run, source, std::move(open), summary);
    pass.CopyContacts(contacts);
    pass.CopyConversations(found.conversations);
    pass.Complete();
    return true;
}

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

// Counts what the rows with these ids would become, of which some are `known` here, and some of those
// are `current`: their verdicts are of the rules that would judge them.
void PreviewRows(SourceView& source, const chatwoot::Reader& reader, Stream stream,
                 std::span<const std::int64_t> ids, const warehouse::KnownRows& known,
                 const warehouse::KnownRows& current, warehouse::LoadCounts& counts) {
    chatwoot::FingerprintStream rows = reader.ReadFingerprints(source.snapshot, stream, ids);
    while (const auto row = rows.Next()) {
        const auto stored = current.find(row->id);
        if (stored != current.end() && stored->second == row->row_hash) {
            ++counts.unchanged;
        } else {
            ++(known.contains(row->id) ? counts.updated : counts.inserted);
        }
    }
}

}  // namespace

Pipeline::Pipeline(Settings settings, const TenantClassifier& classifier, const obs::Log& log)
    : settings_(std::move(settings)), classifier_(classifier), log_(log) {
    if (settings_.batch_rows < 1) {
        throw base::Error(base::ErrorCode::kInvalidInput, "--chunk-size must be at least 1");
    }
    if (settings_.warehouse_pool == nullptr) {
        settings_.warehouse_pool = std::make_shared<pg::Pool>(pg::Pool::Settings{
            .connection = settings_.warehouse, .connections_max = kConnectionsMax});
    }
}

std::future<std::optional<SharedLook>> Pipeline::Look(std::span<const tenancy::Tenant> tenants,
                                                      const std::stop_token& stop) const {
    OpenedSource none;
    return Look(tenants, stop, none);
}

std::future<std::optional<SharedLook>> Pipeline::Look(std::span<const tenancy::Tenant> tenants,
                                                      const std::stop_token& stop,
                                                      OpenedSource& opened) const {
    return SharedLook::Begin(settings_, tenants, opened, stop);
}

RunSummary Pipeline::Run(const tenancy::Tenant& tenant, const RunOptions& options) {
    RunSummary summary;
    bool may_look = options.look && options.mode == Mode::kIncremental && !options.since;
    Perform(settings_, log_, tenant, options, std::nullopt, kSyncAlert, summary, [&](sync::Run& run) {
        const SharedLook* look = may_look ? options.look() : nullptr;
        if (look != nullptr &&
            CopyByLook(*look, settings_, classifier_, tenant, options, run, summary)) {
            return;
        }
        // An attempt that repeats this one must not do with less than it has promised.
        may_look = false;
        CopyByDetectors(settings_, classifier_, tenant, options, run, summary);
    });
    LogDone(log_, "sync.done", summary);
    return summary;
}

RunSummary Pipeline::Preview(const tenancy::Tenant& tenant, const RunOptions& options) {
    RequireAccount(tenant);
    const base::Stopwatch stopwatch;
    RunSummary summary;
    summary.tenant = tenant.id;
    const pg::Pool::Lease warehouse = settings_.warehouse_pool->Acquire();
    SourceView source(settings_, options.stop);
    summary.complete_up_to = source.snapshot.taken_at();
    // Never committed: what the pass would store is undone at the end.
    tenancy::TenantScope scope(*warehouse, tenancy::DatabaseRole::kEtlService, tenant.id);
    if (options.mode == Mode::kFull) ForgetPassState(scope);
    const OpenPass pass = BeginPass(scope, settings_, tenant, source);
    summary.unmapped_inboxes = pass.inboxes.unmapped;
    const chatwoot::Search search = SearchOf(pass, tenant, settings_, options);
    const chatwoot::Reader reader = ReaderOf(source, settings_, tenant, pass.inboxes);
    const Classifier classifier = classifier_ ? classifier_(scope) : Classifier{};
    std::optional<std::string> rules_version;
    if (classifier.classify) rules_version = classifier.version;
    std::int64_t after = kBeforeAll;
    while (true) {
        const auto changes = source.detectors.FindConversations(source.snapshot, search, after,
                                                                settings_.batch_rows);
        if (changes.empty()) break;
        const std::vector<std::int64_t> ids = IdsOf(changes);
        const std::vector<std::int64_t> contacts = ContactsOf(changes);
        const auto known_contacts = warehouse::FindKnownContacts(scope, contacts);
        PreviewRows(source, reader, Stream::kContacts, contacts, known_contacts, known_contacts,
                    summary.contacts);
        PreviewRows(source, reader, Stream::kConversations, ids,
                    warehouse::FindKnownConversations(scope, ids, std::nullopt),
                    warehouse::FindKnownConversations(scope, ids, rules_version),
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
    Perform(settings_, log_, tenant, options, warehouse::LoadType::kReplay, kSyncAlert, summary,
            [&](sync::Run& run) {
                SourceView source(settings_, options.stop);
                OpenPass pass;
                {
                    auto scope = run.Begin();
                    pass.inboxes = FindInboxes(scope, tenant, source);
                    scope.Commit();
                }
                const chatwoot::Reader reader = ReaderOf(source, settings_, tenant, pass.inboxes);
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
                Succeed(scope, run, kSyncAlert, summary);
                scope.Commit();
            });
    LogDone(log_, "replay.done", summary);
    return summary;
}

}  // namespace geniai::sync
