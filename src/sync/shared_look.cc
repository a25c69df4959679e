#include "sync/shared_look.h"

#include <algorithm>

#include "sync/pass_store.h"

namespace geniai::sync {

struct SharedLook::Candidate {
    base::AccountId account;
    PassState state;
};

namespace {

// A tenant whose last pass is much older than the others' would make the look one over the whole past.
constexpr chatwoot::SourceTime kLagMax = 3'600'000'000;

// More is read better tenant by tenant, piece by piece.
constexpr std::int64_t kChangesMax = 50'000;

bool IsComplete(const PassState& state) {
    return state.since && state.since->at && state.since->message_id && !state.position;
}

// The tenants whose last pass is complete, whatever source it was of, but for those that lag.
std::vector<SharedLook::Candidate> FindCandidates(const Settings& settings,
                                                  std::span<const tenancy::Tenant> tenants) {
    const pg::Pool::Lease warehouse = settings.warehouse_pool->Acquire();
    std::vector<SharedLook::Candidate> candidates;
    chatwoot::SourceTime newest = 0;
    for (const tenancy::Tenant& tenant : tenants) {
        if (!tenant.account) continue;
        std::optional<PassState> state = FindPassState(*warehouse, tenant.id);
        if (!state || !IsComplete(*state)) continue;
        newest = std::max(newest, *state->since->at);
        candidates.push_back({*tenant.account, std::move(*state)});
    }
    std::erase_if(candidates, [&](const SharedLook::Candidate& candidate) {
        return *candidate.state.since->at < newest - kLagMax;
    });
    return candidates;
}

// From here on, everything is new to some candidate.
chatwoot::Bound OldestBound(std::span<const SharedLook::Candidate> candidates) {
    chatwoot::Bound oldest = *candidates.front().state.since;
    for (const SharedLook::Candidate& candidate : candidates) {
        const chatwoot::Bound& since = *candidate.state.since;
        oldest.row_version = std::min(oldest.row_version, since.row_version);
        oldest.message_id = std::min(oldest.message_id, since.message_id);
    }
    return oldest;
}

bool MayHaveTwoConnections(const chatwoot::SourceSettings& source) {
    return source.pool == nullptr || source.pool->connections_max() >= 2;
}

}  // namespace

OpenedSource SharedLook::OpenSource(const Settings& settings, const std::stop_token& stop) {
    return std::async(std::launch::async,
                      [&settings, stop] { return std::make_unique<SourceView>(settings, stop); });
}

std::future<std::optional<SharedLook>> SharedLook::Begin(const Settings& settings,
                                                         std::span<const tenancy::Tenant> tenants,
                                                         OpenedSource& source,
                                                         const std::stop_token& stop) {
    std::vector<Candidate> candidates;
    try {
        candidates = FindCandidates(settings, tenants);
    } catch (const base::Error&) {
        // Without candidates there is no look, and the runs say what is wrong.
    }
    OpenedSource opened;
    if (!candidates.empty()) opened = std::move(source);
    return std::async(std::launch::async, [&settings, candidates = std::move(candidates),
                                           opened = std::move(opened), stop]() mutable {
        return Take(settings, std::move(candidates), std::move(opened), stop);
    });
}

std::optional<SharedLook> SharedLook::Take(const Settings& settings,
                                           std::vector<Candidate> candidates, OpenedSource opened,
                                           const std::stop_token& stop) try {
    if (candidates.empty()) return std::nullopt;
    if (!opened.valid()) opened = OpenSource(settings, stop);
    const std::unique_ptr<SourceView> source_view = opened.get();
    SourceView& source = *source_view;
    // The numbers of another server mean nothing here, and would make the bound wrong for all.
    std::erase_if(candidates, [&](const Candidate& candidate) {
        return candidate.state.source_identity != source.identity;
    });
    if (candidates.empty() || !source.verification.capabilities.row_versions) return std::nullopt;
    SharedLook look;
    look.source_identity_ = source.identity;
    look.verification_ = source.verification;
    look.seen_ = {source.snapshot.moment(), source.detectors.LastMessageId(source.snapshot)};
    look.since_ = OldestBound(candidates);
    for (const Candidate& candidate : candidates) look.accounts_.insert(candidate.account);
    for (chatwoot::SourceInbox& inbox : source.directory.ListInboxes(source.snapshot, std::nullopt)) {
        look.inboxes_[inbox.account].push_back(std::move(inbox));
    }
    // An index finds the rows of few accounts; for most of them, asking all is faster.
    std::vector<base::AccountId> accounts(look.accounts_.begin(), look.accounts_.end());
    if (2 * accounts.size() >= look.inboxes_.size()) accounts.clear();
    if (!look.FindChanges(settings, stop, source, accounts)) return std::nullopt;
    return look;
} catch (const base::Error&) {
    return std::nullopt;
}

// Contacts are asked for beside the conversations, where this process may have two connections, from a
// snapshot that may show more than the look has seen, but never less.
bool SharedLook::FindChanges(const Settings& settings, const std::stop_token& stop,
                             SourceView& source, std::span<const base::AccountId> accounts) {
    const auto contacts_in = [&](SourceView& view) {
        return view.detectors.FindContactsOf(view.snapshot, accounts, since_, kChangesMax,
                                             kRowHashSeed);
    };
    using Contacts = std::optional<std::vector<chatwoot::AccountContact>>;
    std::future<std::optional<Contacts>> beside;  // nothing: they cannot be asked for there
    if (MayHaveTwoConnections(settings.source)) {
        beside = std::async(std::launch::async, [&]() -> std::optional<Contacts> {
            try {
                SourceView second(settings, stop, verification_);
                if (IsSeenBy(second)) return contacts_in(second);
            } catch (const base::Error&) {
            }
            return std::nullopt;
        });
    }
    auto conversations =
        source.detectors.FindConversationsOf(source.snapshot, accounts, since_, kChangesMax);
    std::optional<Contacts> found = beside.valid() ? beside.get() : std::nullopt;
    auto contacts = found ? std::move(*found) : contacts_in(source);
    if (!conversations || !contacts) return false;
    conversations_ = std::move(*conversations);
    contacts_ = std::move(*contacts);
    return true;
}

bool SharedLook::CoversPassFrom(const PassState& state, base::AccountId account) const {
    return state.source_identity == source_identity_ && IsComplete(state) &&
           !IsBehind(state, seen_.moment) && accounts_.contains(account) &&
           state.since->row_version >= since_.row_version &&
           *state.since->message_id >= *since_.message_id;
}

// A balancer may lead to another standby each time. What the look saw and a later bound would not
// find again is below its xmin, and has ended wherever xmin is not less.
bool SharedLook::IsSeenBy(const SourceView& source) const {
    return source.identity == source_identity_ &&
           source.snapshot.moment().xmin >= seen_.moment.xmin;
}

SharedLook::Findings SharedLook::FindingsIn(base::AccountId account,
                                            std::span<const base::InboxId> inboxes) const {
    const auto is_among = [&](base::AccountId of_account, base::InboxId inbox) {
        return of_account == account && std::ranges::binary_search(inboxes, inbox);
    };
    Findings found;
    for (const auto& [of_account, inbox, changed] : conversations_) {
        if (is_among(of_account, inbox)) found.conversations.push_back(changed);
    }
    for (const auto& [of_account, inbox, contact, row_hash] : contacts_) {
        if (is_among(of_account, inbox)) found.contacts.emplace(contact, row_hash);
    }
    return found;
}

std::span<const chatwoot::SourceInbox> SharedLook::InboxesOf(base::AccountId account) const {
    const auto found = inboxes_.find(account);
    return found == inboxes_.end() ? std::span<const chatwoot::SourceInbox>() : found->second;
}

}  // namespace geniai::sync
