#include "chatwoot/directory.h"

#include "chatwoot/inlined_view.h"

namespace geniai::chatwoot {

Directory::Directory(const Verification& verification, std::string_view view_sql) {
    if (verification.capabilities.tables) {
        // A number at Twilio is one of SMS or of WhatsApp; only its channel's own row tells.
        inboxes_ =
            "(select i.id, i.account_id, i.name, i.channel_type,"
            " case t.medium when 0 then 'sms' when 1 then 'whatsapp' end as medium from " +
            TableSql(verification, "inboxes") + " as i left join " +
            TableSql(verification, "channel_twilio_sms") +
            " as t on t.id = i.channel_id and i.channel_type = 'Channel::TwilioSms') as x";
        accounts_ = TableSql(verification, "accounts") + " as x";
        return;
    }
    const std::string view = "(" + ConversationsSql(verification, view_sql) + "\n) as v";
    inboxes_ =
        "(select v.account_id, v.inbox_id as id, max(v.inbox_name) as name,"
        " max(v.inbox_channel_type) as channel_type, null::text as medium from " +
        view + " where v.inbox_id is not null group by v.account_id, v.inbox_id) as x";
    accounts_ = "(select v.account_id as id, max(v.account_name) as name from " + view +
                " group by v.account_id) as x";
}

std::vector<SourceInbox> Directory::ListInboxes(Snapshot& snapshot,
                                                std::optional<base::AccountId> account) const {
    const pg::Query query{"chatwoot.inboxes",
                          "select x.id, x.account_id, coalesce(x.name, '') as name,"
                          " coalesce(x.channel_type, '') as channel_type, x.medium from " +
                              inboxes_ +
                              " where $1::bigint is null or x.account_id = $1"
                              " order by x.account_id, x.id"};
    std::vector<SourceInbox> inboxes;
    for (const pg::Row row : snapshot.transaction().Execute(query, account)) {
        inboxes.push_back({base::InboxId(row["id"].Int64()),
                           base::AccountId(row["account_id"].Int64()), row["name"].String(),
                           row["channel_type"].String(), row["medium"].OptionalString()});
    }
    return inboxes;
}

std::optional<std::string> Directory::FindAccountName(Snapshot& snapshot,
                                                      base::AccountId account) const {
    const pg::Query query{"chatwoot.account", "select coalesce(x.name, '') as name from " +
                                                  accounts_ + " where x.id = $1"};
    const pg::Result rows = snapshot.transaction().Execute(query, account);
    const auto row = rows.MaybeOne();
    return row ? std::optional((*row)["name"].String()) : std::nullopt;
}

}  // namespace geniai::chatwoot
