#pragma once

#include <array>
#include <functional>
#include <future>
#include <memory>

#include "pg/connection.h"

namespace geniai::sync {

// Two connections to the warehouse that take turns: while the batch on one is merged and committed in
// the background, the next is filled on the other. Batches are committed in the order in which they
// were handed over, one at a time. For one thread.
class Lanes {
public:
    // `first` outlives the lanes. The second connection is made when it is first needed: a run with
    // one batch has one connection.
    Lanes(pg::Connection& first, pg::ConnectionSettings second);
    // Waits for the batch that is being committed, whatever comes of it.
    ~Lanes();
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;

    // The connection to fill the next batch on; it has no transaction open.
    pg::Connection& Next();

    // Commits the batch that was filled on Next(): `commit` runs in the background, on that
    // connection. Wait() must have been called for the batch before.
    void Commit(std::function<void()> commit);

    // Waits until the last batch handed over is committed; throws what its `commit` threw.
    void Wait();

private:
    pg::Connection& first_;
    pg::ConnectionSettings second_settings_;
    std::unique_ptr<pg::Connection> second_;
    std::size_t turn_ = 0;
    std::future<void> committing_;
};

}  // namespace geniai::sync
