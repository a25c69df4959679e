#pragma once

#include <cstdint>
#include <optional>

#include "pg/connection.h"

namespace geniai::pg {

// A lock that PostgreSQL holds for one session: it ends with the session, so a process that dies
// never leaves it behind. Keys are two numbers, a namespace and what is locked in it.
class AdvisoryLock {
public:
    struct Key {
        std::int32_t space = 0;
        std::int32_t item = 0;
    };

    // The lock, or nothing when another session has it. The lock lives in `connection`, which must be
    // the one that does the locked work, and outlive the lock.
    static std::optional<AdvisoryLock> TryTake(Connection& connection, Key key);
    // Waits for the lock.
    static AdvisoryLock Take(Connection& connection, Key key);

    ~AdvisoryLock();
    AdvisoryLock(AdvisoryLock&& other) noexcept;
    AdvisoryLock& operator=(AdvisoryLock&&) = delete;

    // The server's number of the session that has it.
    int backend() const { return backend_; }

private:
    AdvisoryLock(Connection& connection, Key key, int backend)
        : connection_(&connection), key_(key), backend_(backend) {}

    Connection* connection_;
    Key key_;
    int backend_;
};

}  // namespace geniai::pg
