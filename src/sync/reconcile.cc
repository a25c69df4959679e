#include "sync/reconcile.h"

#include <algorithm>
#include <limits>

#include "base/test_point.h"
#include "sync/attempt.h"
#include "sync/batch_copy.h"
#include "warehouse/alerts.h"
#include "warehouse/completeness.h"
#include "warehouse/rejects.h"

namespace geniai::sync {

namespace {

using chatwoot::Stream;
using warehouse::Facts;

constexpr std::string_view kReconcileAlert = "reconcile.failed";
constexpr std::string_view kHeldBackAlert = "reconcile.held_back_deletes";
// Rows that are compared at a time.
constexpr std::size_t kWindowRows = 50'000;

Facts FactsOf(Stream stream) {
    return stream == Stream::kConversations ? Facts::kConversations : Facts::kContacts;
}

// What two sides of a range of ids have not in common.
struct Difference {
    std::vector<std::int64_t> to_read;  // only in the source, or not the same there
    std::vector<std::int64_t> gone;     // only in the warehouse
};

// Both lists are in ascending order of id.
Difference Compare(std::span<const chatwoot::Fingerprint> source,
                   std::span<const warehouse::StoredFingerprint> stored) {
    Difference difference;
    std::size_t at = 0;
    for (const chatwoot::Fingerprint& row : source) {
        while (at < stored.size() && stored[at].id < row.id) {
            difference.gone.push_back(stored[at++].id);
        }
        const bool found = at < stored.size() && stored[at].id == row.id;
        if (!found || stored[at].row_hash != row.row_hash) difference.to_read.push_back(row.id);
        if (found) ++at;
    }
    for (; at < stored.size(); ++at) difference.gone.push_back(stored[at].id);
    return difference;
}

// How far one kind of rows has been compared. It outlives an attempt: one that repeats another goes on
// where that one was.
struct Comparison {
    explicit Comparison(Stream of) : stream(of) {}

    Stream stream;
    std::int64_t after = std::numeric_limits<std::int64_t>::min();
    bool complete = false;
    warehouse::Checksum source;
    std::vector<std::int64_t> gone;  // at most as many as may be marked
    std::int64_t gone_count = 0;
    std::optional<std::int64_t> deletes_max;
};

// One attempt of a reconcile, stage by stage.
class ReconcileAttempt {
public:
    ReconcileAttempt(const Settings& settings, const TenantClassifier& classifier,
                     const tenancy::Tenant& tenant, const RunOptions& options, Run& run,
                     ReconcileSummary& summary)
        : settings_(settings), options_(options), run_(run), summary_(summary),
          source_(settings, options.stop),
          inboxes_(Find(tenant)),
          reader_(source_.verification, settings.view_sql, *tenant.account, inboxes_.active,
                  kRowHashSeed),
          copy_(settings, options, classifier, run, source_.snapshot, reader_, summary.run) {}

    // Compares and repairs one kind of rows, range by range.
    void CompareAll(Comparison& comparison) {
        LimitDeletes(comparison);
        while (!comparison.complete) {
            const auto source = ReadWindow(comparison);
            const bool last = source.size() < kWindowRows;
            const std::int64_t through =
                last ? std::numeric_limits<std::int64_t>::max() : source.back().id;
            const Difference difference = Compare(source, ReadStored(comparison, through));
            base::TestPoint("reconcile.compared");
            Repair(comparison.stream, difference.to_read);
            Gather(comparison, difference.gone);
            for (const chatwoot::Fingerprint& row : source) comparison.source.Add(row.row_hash);
            comparison.after = through;
            comparison.complete = last;
            base::TestPoint("reconcile.window_done");
            if (options_.stop.stop_requested()) {
                throw Stopped("stopped on request; the next reconcile begins anew");
            }
        }
    }

    // Marks what the source has no more, unless it is too much to be believed.
    void DeleteGone(Comparison& comparison) {
        if (comparison.gone_count > *comparison.deletes_max) {
            summary_.held_back_deletes += comparison.gone_count;
            return;
        }
        auto scope = run_.Begin();
        Delete(scope, comparison.stream, comparison.gone);
        base::TestPoint("reconcile.before_deletes_commit");
        scope.Commit();
        comparison.gone.clear();
    }

    // Compares what is here now with what the source had, and leaves the proof.
    void Prove(const Comparison& conversations, const Comparison& contacts) {
        auto scope = run_.Begin();
        const std::vector<base::InboxId> inboxes = ReadInboxes();
        const auto here = warehouse::ReadChecksum(scope, Facts::kConversations, inboxes);
        const auto people = warehouse::ReadChecksum(scope, Facts::kContacts, inboxes);
        summary_.conversations = conversations.source.rows;
        summary_.contacts = contacts.source.rows;
        warehouse::CompletenessProof proof;
        proof.proven_at = *summary_.run.complete_up_to;
        proof.conversations = summary_.conversations;
        proof.contacts = summary_.contacts;
        (proof.source = conversations.source) += contacts.source;
        (proof.stored = here) += people;
        proof.repaired = summary_.repaired;
        proof.marked_deleted = summary_.run.deleted;
        proof.rejected = warehouse::CountRejected(scope);
        proof.held_back_deletes = summary_.held_back_deletes;
        proof.holds = here == conversations.source && people == contacts.source;
        summary_.holds = proof.holds;
        warehouse::StoreProof(scope, proof);
        AlertOnHeldBack(scope);
        Succeed(scope, run_, kReconcileAlert, summary_.run);
        base::TestPoint("reconcile.before_proof_commit");
        scope.Commit();
    }

private:
    tenancy::InboxDiscovery Find(const tenancy::Tenant& tenant) {
        auto scope = run_.Begin();
        auto inboxes = FindInboxes(scope, tenant, source_);
        scope.Commit();
        if (!summary_.run.complete_up_to) {
            summary_.run.complete_up_to = source_.snapshot.taken_at();
        }
        summary_.run.unmapped_inboxes = inboxes.unmapped;
        return inboxes;
    }

    // Those whose conversations are here: what Chatwoot closed must lose them here too.
    std::vector<base::InboxId> ReadInboxes() const {
        std::vector<base::InboxId> inboxes = inboxes_.active;
        inboxes.insert(inboxes.end(), inboxes_.closed.begin(), inboxes_.closed.end());
        return inboxes;
    }

    void LimitDeletes(Comparison& comparison) {
        if (comparison.deletes_max) return;
        auto scope = run_.Begin();
        const auto rows =
            warehouse::ReadChecksum(scope, FactsOf(comparison.stream), ReadInboxes()).rows;
        scope.Commit();
        comparison.deletes_max =
            options_.allow_deletes
                ? rows
                : std::max(settings_.deletes_always, rows * settings_.deletes_percent_max / 100);
    }

    std::vector<chatwoot::Fingerprint> ReadWindow(const Comparison& comparison) {
        std::vector<chatwoot::Fingerprint> window;
        chatwoot::FingerprintStream rows = reader_.ReadFingerprints(
            source_.snapshot, comparison.stream, comparison.after, kWindowRows);
        while (const auto row = rows.Next()) window.push_back(*row);
        return window;
    }

    std::vector<warehouse::StoredFingerprint> ReadStored(const Comparison& comparison,
                                                         std::int64_t through) {
        auto scope = run_.Begin();
        auto stored = warehouse::ListFingerprints(scope, FactsOf(comparison.stream), ReadInboxes(),
                                                  comparison.after, through);
        scope.Commit();
        return stored;
    }

    void Repair(Stream stream, std::span<const std::int64_t> ids) {
        copy_.Expect(stream, ids.size());
        copy_.Copy(stream, ids);
        copy_.Finish();
        summary_.repaired += static_cast<std::int64_t>(ids.size());
    }

    void Gather(Comparison& comparison, std::span<const std::int64_t> gone) {
        comparison.gone_count += static_cast<std::int64_t>(gone.size());
        if (comparison.gone_count > *comparison.deletes_max) {
            comparison.gone.clear();
        } else {
            comparison.gone.insert(comparison.gone.end(), gone.begin(), gone.end());
        }
    }

    void Delete(tenancy::TenantScope& scope, Stream stream, std::span<const std::int64_t> ids) {
        const std::int64_t marked = warehouse::MarkDeleted(scope, FactsOf(stream), ids);
        warehouse::ResolveRejects(scope, chatwoot::NameOf(stream), ids);
        if (stream != Stream::kConversations) return;
        warehouse::RunCounts counts;
        counts.deleted = marked;
        warehouse::AddToRun(scope, run_.id(), counts);
        summary_.run.deleted += marked;
    }

    void AlertOnHeldBack(tenancy::TenantScope& scope) {
        if (summary_.held_back_deletes == 0) {
            warehouse::RecoverAlert(scope, kHeldBackAlert, "");
            return;
        }
        warehouse::RaiseAlert(
            scope, {std::string(kHeldBackAlert), "", warehouse::Severity::kCritical,
                    std::to_string(summary_.held_back_deletes) +
                        " rows are gone from the source, too many to be believed: nothing was "
                        "marked deleted; when it is right, geniai reconcile --allow-deletes"});
    }

    const Settings& settings_;
    const RunOptions& options_;
    Run& run_;
    ReconcileSummary& summary_;
    SourceView source_;
    tenancy::InboxDiscovery inboxes_;
    chatwoot::Reader reader_;
    BatchCopy copy_;
};

}  // namespace

ReconcileSummary Reconcile(const Settings& settings, const TenantClassifier& classifier,
                           const obs::Log& log, const tenancy::Tenant& tenant,
                           const RunOptions& options) {
    ReconcileSummary summary;
    Comparison contacts(Stream::kContacts);
    Comparison conversations(Stream::kConversations);
    Perform(settings, log, tenant, options, warehouse::LoadType::kReconcile, kReconcileAlert,
            summary.run, [&](Run& run) {
                ReconcileAttempt attempt(settings, classifier, tenant, options, run, summary);
                summary.held_back_deletes = 0;
                for (Comparison* comparison : {&contacts, &conversations}) {
                    attempt.CompareAll(*comparison);
                    attempt.DeleteGone(*comparison);
                }
                attempt.Prove(conversations, contacts);
            });
    return summary;
}

}  // namespace geniai::sync
