#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "tenancy/scope.h"

namespace geniai::tenancy {

struct Tenant {
    base::TenantId id;
    std::string name;
    std::string slug;
    std::optional<base::AccountId> account;  // tenants may share one: the inboxes divide it
    std::string status;
    std::string plan;
    std::string timezone;
    bool uses_model = false;  // what its customers write may be sent to a model's provider
};

// What `Add` and `Set` take; in `Set` an absent value stays as it is.
struct TenantChange {
    std::optional<std::string> name;
    std::optional<std::string> slug;
    std::optional<base::AccountId> account;
    std::optional<std::string> status;
    std::optional<std::string> plan;
    std::optional<std::string> timezone;
    std::optional<bool> uses_model;
};

// The statuses in which a tenant is synchronised and its people log in.
bool IsServed(const Tenant& tenant);

// Every function runs in the caller's transaction, of the operator's or of the services' role.
std::vector<Tenant> ListTenants(RoleScope& scope);
std::optional<Tenant> FindTenant(RoleScope& scope, base::TenantId id);
// Throws base::Error(kNotFound) with the next step.
Tenant GetTenant(RoleScope& scope, base::TenantId id);

// The tenant of a tenant's scope. Throws base::Error(kNotFound).
Tenant GetScopedTenant(TenantScope& scope);

// Adds a tenant; the slug is made from the name when none is given. Throws base::Error: kInvalidInput
// for a value that does not fit, kConflict when the slug belongs to another tenant.
Tenant AddTenant(RoleScope& scope, const TenantChange& change);
Tenant SetTenant(RoleScope& scope, base::TenantId id, const TenantChange& change);

// "Clínica São José & Filhos" → "clinica-sao-jose-filhos".
std::string SlugOf(std::string_view name);

}  // namespace geniai::tenancy
