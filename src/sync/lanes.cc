#include "sync/lanes.h"

#include <utility>

#include "base/test_point.h"
#include "pg/transaction.h"

namespace geniai::sync {

Lanes::Lanes(pg::Connection& first, pg::Pool& pool, std::size_t overlap_rows)
    : first_(first), pool_(pool), overlap_rows_(overlap_rows) {}

Lanes::~Lanes() {
    if (committing_.valid()) committing_.wait();
}

pg::Connection& Lanes::Next(std::size_t rows) {
    if (filling_ == nullptr) filling_ = &Choose(rows);
    return *filling_;
}

bool Lanes::MayOverlap(std::size_t rows) const {
    return second_ || rows >= overlap_rows_;
}

pg::Connection& Lanes::Choose(std::size_t rows) {
    if (committed_ != &first_ || !MayOverlap(rows)) return first_;
    if (!second_) {
        base::TestPoint("lanes.second");
        second_.emplace(pool_.Acquire());
    }
    return **second_;
}

// The first session has outlived the moment in which the second was taken: no crash came between.
void Lanes::RequireSameLife() {
    if (is_same_life_ || filling_ == &first_) return;
    const pg::Transaction alive(first_);
    is_same_life_ = true;
}

void Lanes::Commit(std::function<void()> commit) {
    RequireSameLife();
    committing_ = std::async(std::launch::async, std::move(commit));
    committed_ = std::exchange(filling_, nullptr);
}

void Lanes::Wait() {
    if (committing_.valid()) committing_.get();
}

}  // namespace geniai::sync
