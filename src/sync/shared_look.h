#pragma once

#include <future>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "chatwoot/detectors.h"
#include "sync/attempt.h"
#include "sync/pass.h"
#include "sync/pipeline.h"
#include "tenancy/tenants.h"

namespace geniai::sync {

// One look at the source for many tenants, instead of one each over the same tables. Most tenants have
// nothing new at most times, and then the look is all that their run needs of the source. Immutable.
class SharedLook {
public:
    struct Candidate;
    struct Findings {
        std::vector<chatwoot::ChangedConversation> conversations;
        std::map<base::ContactId, std::int64_t> contacts;  // and the hashes of their rows
    };

    // Opens and verifies the source in the background, while the caller finds out which tenants
    // there are. `settings` outlive that.
    static OpenedSource OpenSource(const Settings& settings, const std::stop_token& stop);

    // Takes its bound from what the tenants' last passes left, and asks the source in the
    // background: the warehouse's connection is free when this returns. `settings` outlive the
    // look. Takes the `source` if it was opened and is asked. Nothing where there is no pass to
    // take a bound from, where row versions cannot be read, where very much is new, or where the
    // source cannot be read at all: then the runs look for themselves, and say what is wrong.
    static std::future<std::optional<SharedLook>> Begin(const Settings& settings,
                                                        std::span<const tenancy::Tenant> tenants,
                                                        OpenedSource& source,
                                                        const std::stop_token& stop);

    // Whether the findings are all that a pass over this moment that goes on from `state` would find.
    bool CoversPassFrom(const PassState& state, base::AccountId account) const;
    // Whether rows may be read there that the look has found: it shows this moment, or a later one.
    bool IsSeenBy(const SourceView& source) const;

    const std::string& source_identity() const { return source_identity_; }
    const chatwoot::Verification& verification() const { return verification_; }
    const SeenMoment& seen() const { return seen_; }
    std::span<const chatwoot::SourceInbox> InboxesOf(base::AccountId account) const;
    // What changed in these inboxes of the account.
    Findings FindingsIn(base::AccountId account, std::span<const base::InboxId> inboxes) const;

private:
    static std::optional<SharedLook> Take(const Settings& settings,
                                          std::vector<Candidate> candidates, OpenedSource opened,
                                          const std::stop_token& stop);
    // Asks the source what changed in these accounts; false when that is too much.
    bool FindChanges(const Settings& settings, const std::stop_token& stop, SourceView& source,
                     std::span<const base::AccountId> accounts);

    std::string source_identity_;
    chatwoot::Verification verification_;
    SeenMoment seen_;
    chatwoot::Bound since_;  // what was written before was not looked for
    std::set<base::AccountId> accounts_;
    std::vector<chatwoot::AccountConversation> conversations_;
    std::vector<chatwoot::AccountContact> contacts_;
    std::map<base::AccountId, std::vector<chatwoot::SourceInbox>> inboxes_;
};

}  // namespace geniai::sync
