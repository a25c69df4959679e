#include "sync/pass.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace geniai::sync {
namespace {

using base::InboxId;
using chatwoot::Bound;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::chrono::seconds kMargin{60};

SeenMoment Seen(std::int64_t seconds, std::int64_t xmin, std::int64_t xmax,
                std::int64_t last_message = 0) {
    return {{seconds * kSecond, xmin, xmax}, last_message};
}

TEST(NextBoundTest, WithNothingOpenItIsThisMomentItself) {
    const Bound bound = NextBound(Seen(1'000, 50, 50, 7), {}, kMargin);
    EXPECT_EQ(bound.row_version, 50);
    EXPECT_EQ(bound.at, 1'000 * kSecond);
    EXPECT_EQ(bound.message_id, std::nullopt) << "no moment lies a margin earlier";
}

TEST(NextBoundTest, AnOpenTransactionKeepsTheStampsAtAMomentBeforeItBegan) {
    const std::vector<SeenMoment> earlier{Seen(100, 10, 10, 1), Seen(500, 30, 40, 5)};
    const Bound bound = NextBound(Seen(1'000, 35, 60, 9), earlier, kMargin);
    EXPECT_EQ(bound.row_version, 35);
    EXPECT_EQ(bound.at, 100 * kSecond) << "at 500 s transaction 39 may have been open too";
    EXPECT_EQ(bound.message_id, std::nullopt);
}

TEST(NextBoundTest, MessagesStepBackByTheMargin) {
    const std::vector<SeenMoment> earlier{Seen(100, 10, 10, 1), Seen(970, 20, 20, 5)};
    EXPECT_EQ(NextBound(Seen(1'000, 30, 30, 9), earlier, kMargin).message_id, 1);
    EXPECT_EQ(NextBound(Seen(1'030, 30, 30, 9), earlier, kMargin).message_id, 5);
}

TEST(NextBoundTest, WithoutAMomentBeforeTheOpenTransactionNothingIsKnownOfStamps) {
    const Bound bound = NextBound(Seen(1'000, 35, 60), {}, kMargin);
    EXPECT_EQ(bound.row_version, 35);
    EXPECT_EQ(bound.at, std::nullopt);
    EXPECT_EQ(bound.message_id, std::nullopt);
}

TEST(NextBoundTest, MomentsThatServeNoLaterBoundMayGo) {
    const std::vector<SeenMoment> earlier{Seen(100, 10, 10), Seen(500, 20, 20), Seen(990, 30, 30)};
    EXPECT_EQ(OldestUseful(Seen(1'000, 40, 40), earlier, kMargin), 500 * kSecond);
    EXPECT_LT(OldestUseful(Seen(1'000, 5, 40), earlier, kMargin), 0) << "all of them";
}

class PassStateTest : public ::testing::Test {
protected:
    PassState Fresh() const { return {"server", {}, {}, {}, {}}; }
    const chatwoot::Moment now_{1'000 * kSecond, 50, 60};
    const Bound old_{10, 100 * kSecond, 1};
    const Bound next_{50, 1'000 * kSecond, 9};
};

TEST_F(PassStateTest, AnInterruptedPassGoesOnWhereItWas) {
    PassState state = Resume(Fresh(), "server", now_, std::vector{InboxId(1)});
    state = Advance(state, 500, next_);
    const PassState again = Resume(state, "server", now_, std::vector{InboxId(1)});
    EXPECT_EQ(again.position, 500);
    EXPECT_EQ(again.until, next_);
    EXPECT_EQ(again.since, std::nullopt);
}

TEST_F(PassStateTest, OtherInboxesToLoadBeginThePassAnew) {
    PassState state = Advance(Resume(Fresh(), "server", now_, std::vector{InboxId(1)}), 500, next_);
    state.since = old_;
    state = Resume(state, "server", now_, std::vector{InboxId(1), InboxId(2)});
    EXPECT_EQ(state.position, std::nullopt);
    EXPECT_EQ(state.until, std::nullopt);
    EXPECT_EQ(state.since, old_) << "what the inboxes before had read stays read";
}

TEST_F(PassStateTest, AnotherServerBeginsFromNothing) {
    PassState state = Fresh();
    state.since = old_;
    EXPECT_EQ(Resume(state, "other", now_, {}).since, std::nullopt);
}

TEST_F(PassStateTest, TransactionIdsThatMayHaveWrappedAroundBeginFromNothing) {
    PassState state = Fresh();
    state.since = old_;
    const chatwoot::Moment later{now_.taken_at, std::int64_t{1} << 31, std::int64_t{1} << 31};
    EXPECT_EQ(Resume(state, "server", later, {}).since, std::nullopt);
}

TEST_F(PassStateTest, ASourceThatShowsAnOlderMomentIsNoticed) {
    PassState state = Fresh();
    state.since = next_;
    EXPECT_TRUE(IsBehind(state, {900 * kSecond, 40, 45}));
    EXPECT_FALSE(IsBehind(state, now_));
}

TEST_F(PassStateTest, BehindAnEarlierPositionTheOlderBoundStays) {
    PassState state = Fresh();
    state.since = old_;
    state = Advance(state, 500, next_);
    const Bound newer{70, 2'000 * kSecond, 20};
    EXPECT_EQ(Advance(state, 400, newer), state);
    EXPECT_EQ(Advance(state, 500, newer).until, newer);
    EXPECT_EQ(Advance(state, 900, newer).position, 900);
}

TEST_F(PassStateTest, ACompletePassLeavesOneBound) {
    PassState state = Advance(Resume(Fresh(), "server", now_, std::vector{InboxId(1)}), 500, next_);
    state = Complete(state, next_);
    EXPECT_EQ(state.since, next_);
    EXPECT_EQ(state.position, std::nullopt);
    EXPECT_TRUE(state.loading.empty());
}

// A model of what the bounds are about: transactions that draw a stamp and a message id, then get their
// transaction id, and commit some time later or much later; and runs that look in between.
class BoundModel {
public:
    explicit BoundModel(std::uint64_t seed) : random_(seed) {}

    void Check() {
        MakeTransactions();
        std::vector<SeenMoment> kept;
        std::optional<Bound> bound;
        std::int64_t time = 0;
        for (int run = 0; run < 12; ++run) {
            time += Between(1, 400);
            const SeenMoment now = Look(time);
            for (std::size_t i = 0; i < transactions_.size(); ++i) {
                const Transaction& one = transactions_[i];
                if (one.commits >= time || loaded_[i]) continue;
                ASSERT_TRUE(!bound || one.id >= bound->row_version) << "row version, run " << run;
                ASSERT_TRUE(!bound || !bound->at ||
                            one.draws * kSecond >= *bound->at - Micros(kMargin))
                    << "stamp, run " << run;
                ASSERT_TRUE(!bound || !bound->message_id || one.message > *bound->message_id)
                    << "message id, run " << run;
                loaded_[i] = true;
            }
            bound = NextBound(now, kept, kMargin);
            kept.push_back(now);
            const auto oldest = OldestUseful(now, kept, kMargin);
            std::erase_if(kept, [&](const SeenMoment& seen) { return seen.moment.taken_at < oldest; });
        }
    }

private:
    struct Transaction {
        std::int64_t draws = 0;    // stamp and message id
        std::int64_t begins = 0;   // gets its id
        std::int64_t commits = 0;
        std::int64_t id = 0;
        std::int64_t message = 0;
    };

    static std::int64_t Micros(std::chrono::seconds seconds) { return seconds.count() * kSecond; }
    std::int64_t Between(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
    }

    void MakeTransactions() {
        transactions_.resize(60);
        for (Transaction& one : transactions_) {
            one.draws = Between(0, 3'000);
            one.begins = one.draws + Between(0, kMargin.count() - 1);
            one.commits = one.begins + (Between(0, 3) == 0 ? Between(100, 2'000) : Between(0, 5));
        }
        std::ranges::sort(transactions_, {}, &Transaction::begins);
        for (std::size_t i = 0; i < transactions_.size(); ++i) {
            transactions_[i].id = 100 + static_cast<std::int64_t>(i);
        }
        std::vector<std::size_t> by_draw(transactions_.size());
        std::iota(by_draw.begin(), by_draw.end(), 0);
        std::ranges::sort(by_draw, {}, [&](std::size_t i) { return transactions_[i].draws; });
        for (std::size_t i = 0; i < by_draw.size(); ++i) {
            transactions_[by_draw[i]].message = 1 + static_cast<std::int64_t>(i);
        }
        loaded_.assign(transactions_.size(), false);
    }

    // What a snapshot at `time` says; a transaction of this very second has not begun or not ended.
    SeenMoment Look(std::int64_t time) const {
        SeenMoment now{{time * kSecond, 0, 100}, 0};
        for (const Transaction& one : transactions_) {
            if (one.begins < time) now.moment.xmax = one.id + 1;
            if (one.commits < time) now.last_message_id = std::max(now.last_message_id, one.message);
        }
        now.moment.xmin = now.moment.xmax;
        for (const Transaction& one : transactions_) {
            const bool open = one.begins < time && one.commits >= time;
            if (open) now.moment.xmin = std::min(now.moment.xmin, one.id);
        }
        return now;
    }

    std::mt19937_64 random_;
    std::vector<Transaction> transactions_;
    std::vector<bool> loaded_;
};

TEST(BoundModelTest, NothingThatIsCommittedLaterLiesBeforeABound) {
    for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
        BoundModel(seed).Check();
        ASSERT_FALSE(HasFatalFailure()) << "seed " << seed;
    }
}

}  // namespace
}  // namespace geniai::sync
