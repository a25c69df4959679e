#include "testing/test_database.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <vector>

#include "app/wiring.h"
#include "pg/database.h"
#include "pg/migrator.h"
#include "pg/transaction.h"
#include "tenancy/login_role.h"

namespace geniai::testing {

namespace {

namespace fs = std::filesystem;

// The directory outlives the server in it.
struct OwnCluster {
    fs::path directory;
    std::unique_ptr<pg::PrivateCluster> cluster;

    OwnCluster() : directory(fs::temp_directory_path() / ("geniai-test-" + std::to_string(getpid()))) {
        cluster = std::make_unique<pg::PrivateCluster>(pg::PrivateCluster::Settings{
            .directory = directory.string(),
            .logins = {TestDatabase::kOwner, TestDatabase::kApp, TestDatabase::kReader},
            .durability = pg::PrivateCluster::Durability::kFast});
        pg::Connection superuser(
            {.url = cluster->Url(pg::PrivateCluster::kSuperuser, "postgres")});
        pg::Transaction transaction(superuser);
        transaction.RunScript({"test.roles",
                               "create role test_owner login createrole; create role test_app login; "
                               "create role test_reader login"});
        transaction.Commit();
    }
    ~OwnCluster() {
        cluster->Stop();
        fs::remove_all(directory);
    }
};

pg::Connection ConnectAsSuperuser() {
    return pg::Connection({.url = TestCluster().Url(pg::PrivateCluster::kSuperuser, "postgres")});
}

}  // namespace

pg::PrivateCluster& TestCluster() {
    static const OwnCluster own;
    return *own.cluster;
}

TestDatabase::TestDatabase() {
    static std::atomic<int> count = 0;
    name_ = "test_" + std::to_string(++count);
    pg::Connection superuser = ConnectAsSuperuser();
    pg::CreateDatabase(superuser, name_, kOwner);
}

TestDatabase::~TestDatabase() {
    pg::Connection superuser = ConnectAsSuperuser();
    pg::DropDatabase(superuser, name_);
}

pg::ConnectionSettings TestDatabase::Settings(const std::string& login) const {
    return {.url = TestCluster().Url(login, name_), .application_name = "geniai test"};
}

pg::Connection TestDatabase::Connect(const std::string& login) const {
    return pg::Connection(Settings(login));
}

TestWarehouse::TestWarehouse() {
    pg::Connection owner = Connect(kOwner);
    const std::vector<pg::Migration> migrations = app::WarehouseMigrations();
    pg::Migrator(owner, migrations).Apply();
    tenancy::PrepareLoginRole(owner, pg::ParseTarget(Settings(kApp).url));
}

}  // namespace geniai::testing
