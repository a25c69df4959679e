#include "tenancy/tenant_lock.h"

#include "base/error.h"

namespace geniai::tenancy {

namespace {

constexpr std::int32_t kTenantLockSpace = 0x74656e61;  // "tena"

}  // namespace

pg::AdvisoryLock LockTenant(pg::Connection& connection, base::TenantId tenant) {
    auto lock = pg::AdvisoryLock::TryTake(
        connection, {kTenantLockSpace, static_cast<std::int32_t>(tenant.value())});
    if (lock) return std::move(*lock);
    throw base::Error(base::ErrorCode::kAlreadyRunning,
                      "another process works on tenant " + tenant.ToString() + " now");
}

}  // namespace geniai::tenancy
