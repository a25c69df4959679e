#include "sync/lanes.h"

#include <utility>

namespace geniai::sync {

Lanes::Lanes(pg::Connection& first, pg::ConnectionSettings second)
    : first_(first), second_settings_(std::move(second)) {}

Lanes::~Lanes() {
    if (committing_.valid()) committing_.wait();
}

pg::Connection& Lanes::Next() {
    if (turn_ % 2 == 0) return first_;
    if (second_ == nullptr) second_ = std::make_unique<pg::Connection>(second_settings_);
    return *second_;
}

void Lanes::Commit(std::function<void()> commit) {
    committing_ = std::async(std::launch::async, std::move(commit));
    ++turn_;
}

void Lanes::Wait() {
    if (committing_.valid()) committing_.get();
}

}  // namespace geniai::sync
