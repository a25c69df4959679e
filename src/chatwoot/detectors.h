#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "chatwoot/source.h"
#include "chatwoot/verification.h"

namespace geniai::chatwoot {

// What an earlier pass leaves to the next one: where "changed since" begins. sync/COMPLETENESS.md says
// why nothing that was committed later can lie before it.
struct Bound {
    std::int64_t row_version = 0;            // a transaction id: versions of rows from here on are new
    std::optional<SourceTime> at;            // stamps from here on may be new; unknown: all may be
    std::optional<std::int64_t> message_id;  // greater ids may be new; unknown: all may be

    friend bool operator==(const Bound&, const Bound&) = default;
};

// Which conversations a pass looks for.
struct Search {
    base::AccountId account;
    std::vector<base::InboxId> inboxes;     // all that are read
    std::vector<base::InboxId> not_loaded;  // of these, the ones that are read from the start
    std::optional<Bound> since;             // for ids beyond `position`; nothing: all of them
    std::optional<Bound> until;             // for ids up to `position`, when there is one
    std::optional<std::int64_t> position;
    std::optional<SourceTime> again_from;   // also what has a stamp from here on
    std::chrono::seconds clock_margin{60};  // how far the stamps of two writers may be apart
};

struct ChangedConversation {
    base::ConversationId id;
    std::optional<base::ContactId> contact;
};

// What changed in some account, for a question about many.
struct AccountConversation {
    base::AccountId account;
    base::InboxId inbox;
    ChangedConversation changed;
};

struct AccountContact {
    base::AccountId account;
    base::InboxId inbox;  // of one of its conversations; one entry for each
    base::ContactId id;
    std::int64_t row_hash = 0;  // as Reader makes it: most have only written, and are as they were
};

// Finds out what changed, without touching a message's text. Each answer is in ascending order of id
// and comes in pieces: at most `limit` ids that are greater than `after`.
class Detectors {
public:
    // `view_sql` is the text of the source view, for the stamps of a source that shows nothing else.
    Detectors(const Verification& verification, std::string_view view_sql);

    std::vector<ChangedConversation> FindConversations(Snapshot& snapshot, const Search& search,
                                                       std::int64_t after, std::int64_t limit) const;

    // Contacts of these inboxes' conversations that changed by themselves. Empty where only the view
    // can be read: there contacts come with their conversations.
    std::vector<base::ContactId> FindContacts(Snapshot& snapshot, const Search& search,
                                              const Bound& since, std::int64_t after,
                                              std::int64_t limit) const;

    // What was written since `since` in any inbox of these accounts, or of all when none is named, in
    // ascending order of id: one question for all, because each would read much of the same tables.
    // Nothing when there is more than `limit`. Only with row versions, and `since` knows its message.
    std::optional<std::vector<AccountConversation>> FindConversationsOf(
        Snapshot& snapshot, std::span<const base::AccountId> accounts, const Bound& since,
        std::int64_t limit) const;
    std::optional<std::vector<AccountContact>> FindContactsOf(
        Snapshot& snapshot, std::span<const base::AccountId> accounts, const Bound& since,
        std::int64_t limit, std::int64_t hash_seed) const;

    // The greatest id of a message, of any account; 0 when there is none or none can be read.
    std::int64_t LastMessageId(Snapshot& snapshot) const;

private:
    std::string ChangedRow(std::string_view alias, std::string_view stamp, const Bound& since,
                           std::chrono::seconds margin) const;
    std::vector<std::string> ChangedConversationConditions(const Bound& since,
                                                           const Search& search) const;

    Verification verification_;
    Capabilities capabilities_;
    std::string relation_;  // conversations as the detectors see them, with alias `c`
};

}  // namespace geniai::chatwoot
