#include "tenancy/tenant_lock.h"

#include "base/error.h"
#include "pg/transaction.h"

namespace geniai::tenancy {

namespace {

constexpr std::int32_t kTenantLockSpace = 0x74656e61;  // "tena"

const pg::Query kEndHolder{"tenancy.lock.end_holder", R"sql(
    select pg_terminate_backend(l.pid, 5000)
      from pg_locks l
     where l.locktype = 'advisory' and l.classid = $1::int::oid and l.objid = $2::int::oid
       and l.pid = $3 and l.granted
       and l.database = (select oid from pg_database where datname = current_database())
)sql"};

}  // namespace

pg::AdvisoryLock LockTenant(pg::Connection& connection, base::TenantId tenant) {
    auto lock = pg::AdvisoryLock::TryTake(
        connection, {kTenantLockSpace, static_cast<std::int32_t>(tenant.value())});
    if (lock) return std::move(*lock);
    throw base::Error(base::ErrorCode::kAlreadyRunning,
                      "another process works on tenant " + tenant.ToString() + " now");
}

void EndTenantLock(pg::Connection& connection, base::TenantId tenant, int backend) {
    pg::Transaction transaction(connection);
    transaction.Execute(kEndHolder, kTenantLockSpace, static_cast<std::int32_t>(tenant.value()),
                        backend);
    transaction.Commit();
}

}  // namespace geniai::tenancy
