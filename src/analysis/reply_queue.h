#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "llm/gateway.h"

namespace geniai::analysis {

// Questions on their way, and the replies that came. Replies come in on the gateway's threads; everything
// else is for one thread. `Asked` has a member `reply`. Destroyed, it waits for what is on its way.
template <class Asked>
class ReplyQueue {
public:
    using Pointer = std::shared_ptr<Asked>;

    ReplyQueue() = default;
    ~ReplyQueue() {
        std::unique_lock lock(mutex_);
        came_.wait(lock, [this] { return std::ssize(replied_) >= on_their_way_; });
    }
    ReplyQueue(const ReplyQueue&) = delete;
    ReplyQueue& operator=(const ReplyQueue&) = delete;

    void Ask(llm::Gateway& gateway, llm::Question question, const Pointer& asked) {
        ++on_their_way_;
        gateway.Ask(std::move(question), [this, asked](llm::Reply reply) {
            const std::lock_guard lock(mutex_);
            asked->reply = std::move(reply);
            replied_.push_back(asked);
            came_.notify_one();
        });
    }

    // Those that have their reply; waits for at least one. At least one must be on its way.
    std::deque<Pointer> Take() {
        std::deque<Pointer> replied;
        std::unique_lock lock(mutex_);
        came_.wait(lock, [this] { return !replied_.empty(); });
        replied.swap(replied_);
        on_their_way_ -= static_cast<int>(replied.size());
        return replied;
    }

    int on_their_way() const { return on_their_way_; }

private:
    int on_their_way_ = 0;
    std::mutex mutex_;
    std::condition_variable came_;
    std::deque<Pointer> replied_;  // guarded by mutex_
};

}  // namespace geniai::analysis
