#include "pg/pool.h"

#include <utility>

#include "base/error.h"

namespace geniai::pg {

Pool::Lease::Lease(Pool& pool, std::unique_ptr<Connection> connection)
    : pool_(&pool), connection_(std::move(connection)) {}

Pool::Lease::~Lease() {
    if (connection_ != nullptr) pool_->Return(std::move(connection_));
}

Pool::Lease Pool::Acquire() {
    {
        std::unique_lock lock(mutex_);
        const bool free = returned_.wait_for(lock, settings_.wait_for, [this] {
            return leased_ < settings_.connections_max;
        });
        if (!free) {
            throw base::Error(base::ErrorCode::kDatabaseUnreachable,
                              "all database connections are busy; try again in a moment");
        }
        ++leased_;
    }
    try {
        std::unique_ptr<Connection> connection = TakeIdle();
        if (connection == nullptr) connection = std::make_unique<Connection>(settings_.connection);
        return {*this, std::move(connection)};
    } catch (...) {
        Return(nullptr);
        throw;
    }
}

std::unique_ptr<Connection> Pool::TakeIdle() {
    const std::lock_guard lock(mutex_);
    while (!idle_.empty()) {
        std::unique_ptr<Connection> connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->IsAlive()) return connection;
    }
    return nullptr;
}

void Pool::Return(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    --leased_;
    if (connection != nullptr && connection->IsIdle()) idle_.push_back(std::move(connection));
    returned_.notify_one();
}

}  // namespace geniai::pg
