#include "app/migrate.h"

#include "app/wiring.h"
#include "pg/migrator.h"
#include "tenancy/login_role.h"

namespace geniai::app {

std::vector<std::string> Migrate(const Settings& settings) {
    // Whatever can be refused is refused before anything changes.
    const pg::ConnectionTarget login =
        pg::ParseTarget(Require(settings.warehouse_url, "warehouse_url"));
    pg::Connection owner = OpenWarehouseAsOwner(settings);
    tenancy::RequireSafeLogin(owner, login);
    const std::vector<pg::Migration> migrations = WarehouseMigrations();
    std::vector<std::string> applied;
    for (const pg::Migration& migration : pg::Migrator(owner, migrations).Apply()) {
        applied.push_back(migration.name);
    }
    tenancy::PrepareLoginRole(owner, login);
    return applied;
}

}  // namespace geniai::app
