#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chatwoot/source.h"
#include "chatwoot/verification.h"

namespace geniai::chatwoot {

struct SourceInbox {
    base::InboxId id;
    base::AccountId account;
    std::string name;
    std::string channel_type;
    std::optional<std::string> medium;  // of Channel::TwilioSms, where it is known: sms, whatsapp
};

// Which accounts and inboxes a Chatwoot has, by whichever way in there is. A source that shows only
// its view knows those with a conversation, and has to look at all of its rows to say so.
class Directory {
public:
    // `view_sql` is the text of the source view.
    Directory(const Verification& verification, std::string_view view_sql);

    // Of one account, or of all; in ascending order of account and id.
    std::vector<SourceInbox> ListInboxes(Snapshot& snapshot,
                                         std::optional<base::AccountId> account) const;
    // Nothing when there is no such account.
    std::optional<std::string> FindAccountName(Snapshot& snapshot, base::AccountId account) const;

private:
    std::string inboxes_;   // what stands behind FROM
    std::string accounts_;
};

}  // namespace geniai::chatwoot
