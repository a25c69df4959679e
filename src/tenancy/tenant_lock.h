#pragma once

#include "base/ids.h"
#include "pg/advisory_lock.h"

namespace geniai::tenancy {

// The right to write a tenant's facts: one process in the whole cluster has it. Lives in `connection`,
// which must be the one that writes. Throws base::Error(kAlreadyRunning) when another process has it.
pg::AdvisoryLock LockTenant(pg::Connection& connection, base::TenantId tenant);

}  // namespace geniai::tenancy
