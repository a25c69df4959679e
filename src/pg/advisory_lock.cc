#include "pg/advisory_lock.h"

#include <string>
#include <utility>

#include "pg/transaction.h"

namespace geniai::pg {

namespace {

const Query kTryLock{"pg.lock.try", "select pg_try_advisory_lock($1, $2) as taken"};
const Query kLock{"pg.lock.take", "select pg_advisory_lock($1, $2)"};

}  // namespace

std::optional<AdvisoryLock> AdvisoryLock::TryTake(Connection& connection, Key key) {
    Transaction transaction(connection);
    const bool taken = transaction.Execute(kTryLock, key.space, key.item).One()["taken"].Bool();
    transaction.Commit();
    if (!taken) return std::nullopt;
    return AdvisoryLock(connection, key);
}

AdvisoryLock AdvisoryLock::Take(Connection& connection, Key key) {
    Transaction transaction(connection);
    transaction.Execute(kLock, key.space, key.item);
    transaction.Commit();
    return {connection, key};
}

AdvisoryLock::AdvisoryLock(AdvisoryLock&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)), key_(other.key_) {}

AdvisoryLock::~AdvisoryLock() {
    if (connection_ == nullptr) return;
    const std::string unlock = "select pg_advisory_unlock(" + std::to_string(key_.space) + ", " +
                               std::to_string(key_.item) + ")";
    connection_->wire().Execute(unlock.c_str());
}

}  // namespace geniai::pg
