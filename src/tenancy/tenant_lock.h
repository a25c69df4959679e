#pragma once

#include "base/ids.h"
#include "pg/advisory_lock.h"

namespace geniai::tenancy {

// The right to write a tenant's facts: one process in the whole cluster has it. Lives in `connection`,
// which must be the one that writes. Throws base::Error(kAlreadyRunning) when another process has it.
pg::AdvisoryLock LockTenant(pg::Connection& connection, base::TenantId tenant);

// Ends the session with that number if it is the one that holds the lock: a session of our own that was
// cut off, and whose server has not noticed.
void EndTenantLock(pg::Connection& connection, base::TenantId tenant, int backend);

}  // namespace geniai::tenancy
