#include "demo/chatwoot_source.h"

#include <algorithm>
#include <deque>
#include <optional>

#include "base/error.h"
#include "demo/chatwoot_rows.h"
#include "demo/company.h"
#include "demo/conversation_plot.h"
#include "demo/trade_script.h"
#include "pg/transaction.h"

namespace geniai::demo {

namespace {

constexpr std::uint64_t kSeed = 20'260'611;
constexpr std::string_view kRowsMark = "\n-- [rows]\n";
constexpr int kConversationsPerBatch = 1'000;   // a few megabytes of rows
constexpr std::size_t kKnownContactsMax = 400;  // per company, of whom some come back
constexpr int kReturningPercent = 24;
constexpr std::chrono::minutes kNewestBegins{4};  // before now

// What one in this many conversations has: each oddity, and nothing else.
constexpr int kOddityEvery = 120;
constexpr int kOddities = static_cast<int>(Oddity::kNoContact);

// A bulk write of the past gave the gym's conversations of this span one and the same updated_at.
constexpr double kBulkFrom = 0.15;
constexpr double kBulkUntil = 0.4;
constexpr double kBulkWrittenAt = 0.5;

// What existing customers and everybody else write about, in percent of what is not a lead.
constexpr int kSupportPercent = 60;
constexpr int kComplaintPercent = 12;
constexpr int kCancelPercent = 9;

template <class Options>
const auto& ChooseByShare(const Options& options, SeededRandom& random) {
    std::int64_t total = 0;
    for (const auto& option : options)
        total += option.share;
    std::int64_t left = random.Below(total);
    for (const auto& option : options) {
        left -= option.share;
        if (left < 0) return option;
    }
    return options.back();
}

ScenarioKind ChooseKind(const Inbox& inbox, SeededRandom& random) {
    std::int64_t draw = random.Below(1'000);
    if ((draw -= inbox.leads) < 0) {
        return random.Percent(14) ? ScenarioKind::kUnanswered : ScenarioKind::kLead;
    }
    if ((draw -= inbox.visits) < 0) return ScenarioKind::kVisit;
    if ((draw -= inbox.sales) < 0) {
        return random.Percent(45) ? ScenarioKind::kSaleAndVisit : ScenarioKind::kSale;
    }
    std::int64_t other = random.Below(100);
    if ((other -= kSupportPercent) < 0) return ScenarioKind::kSupport;
    if ((other -= kComplaintPercent) < 0) return ScenarioKind::kComplaint;
    if ((other -= kCancelPercent) < 0) return ScenarioKind::kCancel;
    return ScenarioKind::kOther;
}

Oddity OddityOf(int conversation) {
    const int turn = conversation % kOddityEvery;
    return turn % 10 == 7 && turn / 10 < kOddities ? static_cast<Oddity>(turn / 10 + 1)
                                                   : Oddity::kNone;
}

// The contacts of one company who wrote lately and may write again.
class KnownContacts {
public:
    // Somebody whose last conversation was over well before `at`; forgets where he stands until
    // Remember(). Nothing if chance finds nobody.
    std::optional<ContactEntry> TakeReturning(Instant at, SeededRandom& random) {
        constexpr int kTries = 4;
        for (int attempt = 0; attempt < kTries && !entries_.empty(); ++attempt) {
            const auto entry = entries_.begin() + random.Below(static_cast<int>(entries_.size()));
            if (entry->last_seen_at + std::chrono::days(2) > at) continue;
            const ContactEntry taken = *entry;
            entries_.erase(entry);
            return taken;
        }
        return std::nullopt;
    }

    void Remember(const ContactEntry& entry) {
        entries_.push_back(entry);
        if (entries_.size() > kKnownContactsMax) entries_.pop_front();
    }

private:
    std::deque<ContactEntry> entries_;
};

// Makes the conversations one after the other, in the order in which they began.
class SourceWriter {
public:
    SourceWriter(int conversations, Instant now)
        : conversations_(conversations),
          now_(now),
          arrivals_(now - kNewestBegins),
          known_(Companies().size()) {}

    void AddConversation(int number) {
        SeededRandom random(kSeed * 1'000'003 + static_cast<std::uint64_t>(number));
        const double share = (number + random.Fraction()) / conversations_;
        const Instant arrival = arrivals_.At(share);
        const Company& company = ChooseByShare(Companies(), random);
        const Oddity oddity = OddityOf(number);
        bool is_new = false;
        ContactEntry contact = ChooseContact(company, arrival, random, is_new);
        const Inbox& inbox = InboxOf(company, contact.inbox_id);
        const Person person = PersonOf(contact.contact_id);
        const PlotRequest request{company,
                                  inbox,
                                  ScriptOf(company),
                                  person,
                                  contact.contact_id,
                                  ChooseKind(inbox, random),
                                  oddity,
                                  arrival,
                                  now_};
        ConversationPlot plot = PlotConversation(request, random);
        if (company.account_id == 1) ApplyBulkWrite(share, plot);
        rows_.AddConversation({company, inbox, person, contact, is_new, oddity}, plot, random);
        contact.last_seen_at = plot.last_activity_at;
        if (oddity != Oddity::kUnknownContact) KnownOf(company).Remember(contact);
    }

    void Send(pg::Transaction& transaction) { rows_.Send(transaction); }

private:
    KnownContacts& KnownOf(const Company& company) {
        return known_[static_cast<std::size_t>(company.account_id - 1)];
    }

    static const Inbox& InboxOf(const Company& company, int inbox_id) {
        return *std::find_if(company.inboxes.begin(), company.inboxes.end(),
                             [inbox_id](const Inbox& inbox) { return inbox.id == inbox_id; });
    }

    ContactEntry ChooseContact(const Company& company, Instant arrival, SeededRandom& random,
                               bool& is_new) {
        if (random.Percent(kReturningPercent)) {
            if (const auto returning = KnownOf(company).TakeReturning(arrival, random))
                return *returning;
        }
        is_new = true;
        ++contacts_;
        return {contacts_, contacts_, ChooseByShare(company.inboxes, random).id, arrival};
    }

    void ApplyBulkWrite(double share, ConversationPlot& plot) const {
        const Instant written_at = arrivals_.At(kBulkWrittenAt);
        const bool included =
            share >= kBulkFrom && share < kBulkUntil && plot.updated_at < written_at;
        if (included) plot.updated_at = written_at;
    }

    int conversations_;
    Instant now_;
    ArrivalCurve arrivals_;
    std::vector<KnownContacts> known_;  // per company
    std::int64_t contacts_ = 0;
    ChatwootRows rows_;
};

// As Chatwoot keeps it: a contact's own stamps follow the newest conversation.
const pg::Query kTouchContacts{"demo.source.touch_contacts", R"sql(
    update public.contacts as contact
       set last_activity_at = newest.at,
           updated_at = newest.at
      from (select contact_id, max(last_activity_at) as at
              from public.conversations
             group by contact_id
            having count(*) > 1) as newest
     where contact.id = newest.contact_id
)sql"};

// The rows came with ids of their own; whoever inserts next gets the following ones.
const pg::Query kAdvanceSequences{"demo.source.sequences", R"sql(
    do $$
    declare
        counted record;
        highest bigint;
    begin
        for counted in
            select columns.table_name::text as name,
                   pg_get_serial_sequence('public.' || columns.table_name, 'id') as sequence
              from information_schema.columns as columns
             where columns.table_schema = 'public' and columns.column_name = 'id'
        loop
            execute format('select max(id) from public.%I', counted.name) into highest;
            if highest is not null then perform setval(counted.sequence, highest); end if;
        end loop;
    end
    $$
)sql"};

}  // namespace

void FillChatwootSource(pg::Connection& owner, std::string_view schema_sql, SourceSize size,
                        base::TimePoint now) {
    if (size.conversations < 0) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "the number of conversations is negative");
    }
    const std::size_t mark = std::min(schema_sql.find(kRowsMark), schema_sql.size());
    const Instant last = std::chrono::floor<Micros>(now);
    pg::Transaction transaction(owner);
    transaction.RunScript({"demo.source.tables", std::string(schema_sql.substr(0, mark))});
    AddCompanies(transaction, last - std::chrono::days(400));
    SourceWriter writer(size.conversations, last);
    for (int number = 0; number < size.conversations; ++number) {
        writer.AddConversation(number);
        if ((number + 1) % kConversationsPerBatch == 0) writer.Send(transaction);
    }
    writer.Send(transaction);
    transaction.Execute(kTouchContacts);
    transaction.Execute(kAdvanceSequences);
    transaction.RunScript({"demo.source.indexes", std::string(schema_sql.substr(mark))});
    transaction.Commit();
}

std::vector<DemoAccount> DemoAccounts() {
    std::vector<DemoAccount> accounts;
    for (const Company& company : Companies()) {
        accounts.push_back(
            {base::AccountId(company.account_id), company.name, company.slug, company.trade});
    }
    return accounts;
}

}  // namespace geniai::demo
