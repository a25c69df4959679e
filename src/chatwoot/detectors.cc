#include "chatwoot/detectors.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "chatwoot/contact_sql.h"
#include "chatwoot/inlined_view.h"
#include "chatwoot/sql_text.h"
#include "pg/copy.h"

namespace geniai::chatwoot {

namespace {

constexpr std::int64_t kTransactionIds = std::int64_t{1} << 32;
constexpr std::int64_t kFirstNormalTransactionId = 3;

// A row carries the low 32 bits of the transaction that wrote this version of it, also when it is
// frozen. age() counts backwards from now and wraps as the counter does. The condition that hardly a
// row fulfils comes first.
std::string NewRowVersion(std::string_view alias, std::int64_t row_version) {
    const std::int64_t id = std::max(row_version % kTransactionIds, kFirstNormalTransactionId);
    const std::string age = "age(" + std::string(alias) + ".xmin)";
    return age + " <= (select age('" + std::to_string(id) + "'::xid)) and " + age + " >= 0";
}

SourceTime BackBy(SourceTime at, std::chrono::seconds margin) {
    return at - std::chrono::duration_cast<std::chrono::microseconds>(margin).count();
}

std::string AtMost(std::int64_t rows) {
    return " limit " + std::to_string(rows);
}

// The statement of one piece: what any branch finds, each id once.
std::string OneOf(std::span<const std::string> branches, std::int64_t limit) {
    std::string sql;
    for (const std::string& branch : branches) {
        if (!sql.empty()) sql += " union ";
        sql += branch;
    }
    return "copy (" + sql + " order by id" + AtMost(limit) + ") to stdout";
}

std::int64_t IntegerOf(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.begin(), text.end(), value);
    return value;
}

// The conversations in which a changed thing lies, as a condition on `c`.
std::string IsConversationOf(std::string_view table_and_condition) {
    return "c.id in (select x.conversation_id from " + std::string(table_and_condition) + ")";
}

// Part of a condition; empty for all accounts.
std::string OfAccounts(std::string_view alias, std::span<const base::AccountId> accounts) {
    if (accounts.empty()) return "";
    return std::string(alias) + ".account_id = any(" + ArraySql(accounts) + ") and ";
}

}  // namespace

Detectors::Detectors(const Verification& verification, std::string_view view_sql)
    : verification_(verification), capabilities_(verification.capabilities) {
    if (capabilities_.tables) {
        relation_ = "public.conversations as c";
        return;
    }
    relation_ = "(select v.conversation_id as id, v.account_id, v.inbox_id, v.contact_id,"
                " v.conversation_updated_at as updated_at from (" +
                ConversationsSql(verification, view_sql) + "\n) as v) as c";
}

std::string Detectors::ChangedRow(std::string_view alias, std::string_view stamp, const Bound& since,
                                  std::chrono::seconds margin) const {
    if (capabilities_.row_versions) return NewRowVersion(alias, since.row_version);
    if (!since.at) return "true";
    return std::string(alias) + "." + std::string(stamp) + " >= " + StampSql(BackBy(*since.at, margin));
}

std::vector<std::string> Detectors::ChangedConversationConditions(const Bound& since,
                                                                  const Search& search) const {
    std::vector<std::string> conditions{ChangedRow("c", "updated_at", since, search.clock_margin)};
    if (!capabilities_.tables) return conditions;
    const std::string of_account = ".account_id = " + search.account.ToString() + " and ";
    std::string new_message;
    if (capabilities_.row_versions) {
        // The id spares the scan of old messages; the version says exactly which are new.
        if (since.message_id) new_message = "x.id > " + std::to_string(*since.message_id) + " and ";
        new_message += NewRowVersion("x", since.row_version);
    } else if (since.message_id && since.at) {
        new_message = "(x.id > " + std::to_string(*since.message_id) + " or " +
                      ChangedRow("x", "created_at", since, search.clock_margin) + ")";
    } else {
        return {"true"};
    }
    conditions.push_back(IsConversationOf("public.messages as x where x" + of_account + new_message));
    if (!capabilities_.survey_answers) return conditions;
    conditions.push_back(
        IsConversationOf("public.csat_survey_responses as x where x" + of_account +
                         ChangedRow("x", "updated_at", since, search.clock_margin)));
    return conditions;
}

std::vector<ChangedConversation> Detectors::FindConversations(Snapshot& snapshot,
                                                              const Search& search,
                                                              std::int64_t after,
                                                              std::int64_t limit) const {
    const std::string scope =
        "select c.id, c.contact_id from " + relation_ + " where c.account_id = " +
        search.account.ToString() + " and c.inbox_id = any(" +
        ArraySql(std::span(search.inboxes)) + ") and c.id > " + std::to_string(after) + " and ";
    std::string beyond;
    if (search.position) beyond = "c.id > " + std::to_string(*search.position) + " and ";
    std::vector<std::string> branches;
    if (!search.since) {
        branches.push_back(scope + beyond + "true");
    } else {
        if (!search.not_loaded.empty()) {
            branches.push_back(scope + beyond + "c.inbox_id = any(" +
                               ArraySql(std::span(search.not_loaded)) + ")");
        }
        for (const std::string& changed : ChangedConversationConditions(*search.since, search)) {
            branches.push_back(scope + beyond + changed);
        }
    }
    if (search.position && search.until) {
        const std::string up_to = "c.id <= " + std::to_string(*search.position) + " and ";
        for (const std::string& changed : ChangedConversationConditions(*search.until, search)) {
            branches.push_back(scope + up_to + changed);
        }
    }
    if (search.again_from) {
        const std::string stamp = " >= " + StampSql(*search.again_from);
        branches.push_back(scope + "c.updated_at" + stamp);
        if (capabilities_.tables) {
            branches.push_back(scope + IsConversationOf("public.messages as x where x.account_id = " +
                                                        search.account.ToString() +
                                                        " and x.created_at" + stamp));
        }
    }
    std::vector<ChangedConversation> found;
    pg::CopyOut rows(snapshot.transaction(),
                     {"chatwoot.changed_conversations", OneOf(branches, limit)});
    pg::CopyFields fields;
    while (const auto row = rows.NextRow()) {
        fields.Parse(*row, 2);
        ChangedConversation change{base::ConversationId(IntegerOf(*fields[0])), std::nullopt};
        if (fields[1]) change.contact = base::ContactId(IntegerOf(*fields[1]));
        found.push_back(change);
    }
    return found;
}

std::vector<base::ContactId> Detectors::FindContacts(Snapshot& snapshot, const Search& search,
                                                     const Bound& since, std::int64_t after,
                                                     std::int64_t limit) const {
    if (!capabilities_.tables) return {};
    const std::string account = search.account.ToString();
    const pg::Query query{
        "chatwoot.changed_contacts",
        "copy (select k.id from public.contacts as k where k.account_id = " + account + " and k.id > " +
            std::to_string(after) + " and " +
            ChangedRow("k", "updated_at", since, search.clock_margin) +
            " and exists (select from public.conversations as c where c.contact_id = k.id"
            " and c.account_id = " + account + " and c.inbox_id = any(" +
            ArraySql(std::span(search.inboxes)) + ")) order by k.id limit " + std::to_string(limit) + ") to stdout"};
    std::vector<base::ContactId> found;
    pg::CopyOut rows(snapshot.transaction(), query);
    pg::CopyFields fields;
    while (const auto row = rows.NextRow()) {
        fields.Parse(*row, 1);
        found.emplace_back(IntegerOf(*fields[0]));
    }
    return found;
}

std::optional<std::vector<AccountConversation>> Detectors::FindConversationsOf(
    Snapshot& snapshot, std::span<const base::AccountId> accounts, const Bound& since,
    std::int64_t limit) const {
    const std::string scope = "select c.account_id, c.inbox_id, c.id, c.contact_id"
                              " from public.conversations as c where " + OfAccounts("c", accounts);
    std::string branches =
        scope + NewRowVersion("c", since.row_version) + " union " + scope +
        IsConversationOf("public.messages as x where " + OfAccounts("x", accounts) + "x.id > " +
                         std::to_string(*since.message_id) + " and " +
                         NewRowVersion("x", since.row_version));
    if (capabilities_.survey_answers) {
        branches += " union " + scope +
                    IsConversationOf("public.csat_survey_responses as x where " +
                                     OfAccounts("x", accounts) +
                                     NewRowVersion("x", since.row_version));
    }
    std::vector<AccountConversation> found;
    pg::CopyOut rows(snapshot.transaction(),
                     {"chatwoot.changes.conversations",
                      "copy (" + branches + " order by id" + AtMost(limit + 1) + ") to stdout"});
    pg::CopyFields fields;
    while (const auto row = rows.NextRow()) {
        fields.Parse(*row, 4);
        ChangedConversation changed{base::ConversationId(IntegerOf(*fields[2])), std::nullopt};
        if (fields[3]) changed.contact = base::ContactId(IntegerOf(*fields[3]));
        found.push_back({base::AccountId(IntegerOf(*fields[0])),
                         base::InboxId(IntegerOf(*fields[1])), changed});
    }
    if (std::cmp_greater(found.size(), limit)) return std::nullopt;
    return found;
}

std::optional<std::vector<AccountContact>> Detectors::FindContactsOf(
    Snapshot& snapshot, std::span<const base::AccountId> accounts, const Bound& since,
    std::int64_t limit, std::int64_t hash_seed) const {
    // Fenced off by `offset`, or the planner joins the whole tables for fear of many changes.
    const std::string changed = "select x.id, x.account_id from public.contacts as x where " +
                                OfAccounts("x", accounts) + NewRowVersion("x", since.row_version) +
                                " offset 0";
    const std::string hashes =
        ContactHashesSql(verification_, hash_seed, "k.id = c.id") + " offset 0";
    pg::CopyOut rows(
        snapshot.transaction(),
        {"chatwoot.changes.contacts",
         "copy (select c.account_id, i.inbox_id, c.id, h.row_hash from (" + changed +
             ") as c, lateral (" + hashes +
             ") as h, lateral (select distinct o.inbox_id from public.conversations as o"
             " where o.contact_id = c.id and o.account_id = c.account_id offset 0) as i"
             " order by c.id" +
             AtMost(limit + 1) + ") to stdout"});
    std::vector<AccountContact> found;
    pg::CopyFields fields;
    while (const auto row = rows.NextRow()) {
        fields.Parse(*row, 4);
        found.push_back({base::AccountId(IntegerOf(*fields[0])),
                         base::InboxId(IntegerOf(*fields[1])),
                         base::ContactId(IntegerOf(*fields[2])), IntegerOf(*fields[3])});
    }
    if (std::cmp_greater(found.size(), limit)) return std::nullopt;
    return found;
}

std::int64_t Detectors::LastMessageId(Snapshot& snapshot) const {
    if (!capabilities_.tables) return 0;
    static const pg::Query kLastMessage{"chatwoot.last_message",
                                        "select coalesce(max(id), 0) as id from public.messages"};
    return snapshot.transaction().Execute(kLastMessage).One()["id"].Int64();
}

}  // namespace geniai::chatwoot
