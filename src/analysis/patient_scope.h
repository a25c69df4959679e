#pragma once

#include <chrono>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "pg/pool.h"
#include "pg/sql_error.h"
#include "tenancy/scope.h"

namespace geniai::analysis {

// Does `work` with a tenant's scope in a transaction, again for up to a minute after errors that
// pass: an answer that is paid for is not lost because the warehouse restarts.
template <class Work>
auto InPatientScope(pg::Pool& warehouse, base::TenantId tenant, const Work& work) {
    constexpr double kWaitSeconds = 60;
    constexpr std::chrono::milliseconds kPause{300};
    const base::Stopwatch waited;
    while (true) {
        try {
            const pg::Pool::Lease connection = warehouse.Acquire();
            tenancy::TenantScope scope(*connection, tenancy::DatabaseRole::kEtlService, tenant);
            auto result = work(scope);
            scope.Commit();
            return result;
        } catch (const base::Error& error) {
            if (!pg::IsTransient(error) || waited.Seconds() > kWaitSeconds) throw;
        }
        std::this_thread::sleep_for(kPause);
    }
}

}  // namespace geniai::analysis
