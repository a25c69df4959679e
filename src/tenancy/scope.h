#pragma once

#include "base/ids.h"
#include "pg/transaction.h"

namespace geniai::tenancy {

// The three database roles. The program's log-in inherits none of them, so every transaction is one.
enum class DatabaseRole {
    kAuthenticatedUsers,  // people: read the facts of one tenant
    kAdminUsers,          // the operator: reads all tenants, writes tenants, inboxes, people, sessions
    kEtlService,          // sync and analysis: write one tenant
};

// A transaction of one role without a tenant: control tables and, for the operator, all tenants.
class RoleScope {
public:
    RoleScope(pg::Connection& connection, DatabaseRole role);

    template <class... Values>
    pg::Result Execute(const pg::Query& query, const Values&... values) {
        return transaction_.Execute(query, values...);
    }
    void Commit() { transaction_.Commit(); }
    pg::Transaction& transaction() { return transaction_; }
    DatabaseRole role() const { return role_; }

private:
    pg::Transaction transaction_;
    DatabaseRole role_;
};

// The only way to a tenant's rows. Its first statement sets role and tenant for this transaction and
// nothing longer; row-level security does the rest, so no statement filters by tenant by hand.
class TenantScope {
public:
    TenantScope(pg::Connection& connection, DatabaseRole role, base::TenantId tenant);

    template <class... Values>
    pg::Result Execute(const pg::Query& query, const Values&... values) {
        return transaction_.Execute(query, values...);
    }
    void Commit() { transaction_.Commit(); }
    void CommitSoon() { transaction_.CommitSoon(); }
    pg::Transaction& transaction() { return transaction_; }
    base::TenantId tenant() const { return tenant_; }

private:
    pg::Transaction transaction_;
    base::TenantId tenant_;
};

namespace detail {
pg::Result RunAlone(pg::Connection& connection, DatabaseRole role, base::TenantId tenant,
                    const pg::Query& query, std::span<const pg::Parameter> parameters);
}  // namespace detail

// One statement in a tenant's scope of its own, in one round trip: for what holds a lock that others
// wait for.
template <class... Values>
pg::Result ExecuteAlone(pg::Connection& connection, DatabaseRole role, base::TenantId tenant,
                        const pg::Query& query, const Values&... values) {
    const std::initializer_list<pg::Parameter> parameters{pg::Parameter(values)...};
    return detail::RunAlone(connection, role, tenant, query,
                            {parameters.begin(), parameters.size()});
}

// Inside a transaction without a tenant: the services' rights on one tenant, for as long as the
// visit lasts. For what must be one transaction over two tenants, which is moving rows from one to
// the other; they cross in temporary tables.
class TenantVisit {
public:
    // `scope` outlives the visit and runs nothing during it. One visit at a time.
    TenantVisit(RoleScope& scope, base::TenantId tenant);
    ~TenantVisit();
    TenantVisit(const TenantVisit&) = delete;
    TenantVisit& operator=(const TenantVisit&) = delete;

    template <class... Values>
    pg::Result Execute(const pg::Query& query, const Values&... values) {
        return scope_.Execute(query, values...);
    }

private:
    RoleScope& scope_;
};

}  // namespace geniai::tenancy
