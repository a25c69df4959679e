#pragma once

#include "sync/pipeline.h"

namespace geniai::sync {

// See Pipeline::Reconcile().
ReconcileSummary Reconcile(const Settings& settings, const TenantClassifier& classifier,
                           const obs::Log& log, const tenancy::Tenant& tenant,
                           const RunOptions& options);

}  // namespace geniai::sync
