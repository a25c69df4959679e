#pragma once

#include <array>
#include <functional>
#include <future>
#include <optional>

#include "pg/pool.h"

namespace geniai::sync {

// Two connections to the warehouse that take turns: while the batch on one is merged and committed in
// the background, the next is filled on the other. Batches are committed in the order in which they
// were handed over, one at a time. Small batches share one connection: a second session costs more
// than it gains then. For one thread.
//
// Commits may be of those that a crash of the server undoes. So both sessions must be of the same life
// of the server: then a crash ends both, and nothing is committed behind a batch that is gone.
class Lanes {
public:
    // `first` and `pool` outlive the lanes. The second connection is taken from the pool for the first
    // batch of `overlap_rows` or more that follows another.
    Lanes(pg::Connection& first, pg::Pool& pool, std::size_t overlap_rows);
    // Waits for the batch that is being committed, whatever comes of it.
    ~Lanes();
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;

    // Whether the next batch of so many rows can be filled while the last is being committed.
    bool MayOverlap(std::size_t rows) const;

    // The connection to fill the next batch of so many rows on; it has no transaction open. The same
    // one until the batch is handed over.
    pg::Connection& Next(std::size_t rows);

    // Commits the batch that was filled on Next(): `commit` runs in the background, on that
    // connection. Wait() must have been called for the batch before.
    void Commit(std::function<void()> commit);

    // Waits until the last batch handed over is committed; throws what its `commit` threw.
    void Wait();

private:
    pg::Connection& Choose(std::size_t rows);
    void RequireSameLife();

    pg::Connection& first_;
    pg::Pool& pool_;
    std::size_t overlap_rows_;
    std::optional<pg::Pool::Lease> second_;
    bool is_same_life_ = false;
    pg::Connection* filling_ = nullptr;
    pg::Connection* committed_ = nullptr;  // where the last batch was handed over
    std::future<void> committing_;
};

}  // namespace geniai::sync
