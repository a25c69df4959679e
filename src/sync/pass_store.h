#pragma once

#include <optional>
#include <vector>

#include "sync/pass.h"
#include "tenancy/scope.h"

// The protocol's memory: tables sync_state and source_snapshots, in the caller's transaction.
namespace geniai::sync {

std::optional<PassState> FindPassState(tenancy::TenantScope& scope);
// The same in a transaction of its own, and one round trip.
std::optional<PassState> FindPassState(pg::Connection& warehouse, base::TenantId tenant);
void StorePassState(tenancy::TenantScope& scope, const PassState& state);
// As if the tenant had never been read; its rows stay.
void ForgetPassState(tenancy::TenantScope& scope);

std::vector<SeenMoment> ListSeenMoments(tenancy::TenantScope& scope);
void StoreSeenMoment(tenancy::TenantScope& scope, const SeenMoment& seen);
void ForgetSeenMoments(tenancy::TenantScope& scope, chatwoot::SourceTime before);
void ForgetAllSeenMoments(tenancy::TenantScope& scope);

}  // namespace geniai::sync
