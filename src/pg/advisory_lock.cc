#include "pg/advisory_lock.h"

#include <array>
#include <string>
#include <utility>

#include "pg/transaction.h"

namespace geniai::pg {

namespace {

const Query kTryLock{"pg.lock.try",
                     "select pg_try_advisory_lock($1, $2) as taken, pg_backend_pid() as backend"};
const Query kLock{"pg.lock.take", "select pg_advisory_lock($1, $2), pg_backend_pid() as backend"};

// The lock outlives the transaction that takes it, so that can end in the same round trip.
Result ExecuteAlone(Connection& connection, const Query& query, AdvisoryLock::Key key) {
    const std::array<Parameter, 2> values{key.space, key.item};
    return RunAlone(connection, std::array<BoundQuery, 1>{{{query, values}}});
}

}  // namespace

std::optional<AdvisoryLock> AdvisoryLock::TryTake(Connection& connection, Key key) {
    const Result result = ExecuteAlone(connection, kTryLock, key);
    const Row row = result.One();
    if (!row["taken"].Bool()) return std::nullopt;
    return AdvisoryLock(connection, key, row["backend"].Int());
}

AdvisoryLock AdvisoryLock::Take(Connection& connection, Key key) {
    return {connection, key, ExecuteAlone(connection, kLock, key).One()["backend"].Int()};
}

AdvisoryLock::AdvisoryLock(AdvisoryLock&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)),
      key_(other.key_),
      backend_(other.backend_) {}

AdvisoryLock::~AdvisoryLock() {
    if (connection_ == nullptr) return;
    const std::string unlock = "select pg_advisory_unlock(" + std::to_string(key_.space) + ", " +
                               std::to_string(key_.item) + ")";
    connection_->wire().Execute(unlock.c_str());
}

}  // namespace geniai::pg
