#include "pg/migrator.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "pg/transaction.h"
#include "testing/test_database.h"

namespace geniai::pg {
namespace {

const std::vector<Migration> kTwo{{1, "0001_one", "create table one (id int)"},
                                  {2, "0002_two", "create table two (id int)"}};

base::ErrorCode CodeOfApply(Connection& connection, const std::vector<Migration>& migrations) {
    try {
        Migrator(connection, migrations).Apply();
    } catch (const base::Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "nothing was refused";
    return base::ErrorCode::kFailed;
}

TEST(MigratorTest, BuildsAnEmptyDatabaseAndThenHasNothingToDo) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    EXPECT_EQ(Migrator(connection, kTwo).Apply().size(), 2U);
    EXPECT_TRUE(Migrator(connection, kTwo).Apply().empty());
    for (const MigrationState& state : Migrator(connection, kTwo).List()) {
        EXPECT_FALSE(state.applied_at.empty()) << state.name;
    }
}

TEST(MigratorTest, RefusesAnEditedMigrationAndChangesNothing) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    Migrator(connection, std::span(kTwo).first(1)).Apply();
    std::vector<Migration> edited = kTwo;
    edited[0].sql = "create table one (id bigint)";
    EXPECT_EQ(CodeOfApply(connection, edited), base::ErrorCode::kConflict);
    Transaction transaction(connection);
    EXPECT_TRUE(transaction.Execute({"test", "select to_regclass('two') as t"}).One()["t"].is_null());
}

TEST(MigratorTest, RefusesADatabaseThatANewerProgramMade) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    Migrator(connection, kTwo).Apply();
    const std::vector<Migration> older{kTwo[0]};
    EXPECT_EQ(CodeOfApply(connection, older), base::ErrorCode::kConflict);
}

TEST(MigratorTest, AMigrationThatFailsLeavesNothingOfItself) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    const std::vector<Migration> broken{
        {1, "0001_broken", "create table half (id int); select 1/0"}};
    EXPECT_EQ(CodeOfApply(connection, broken), base::ErrorCode::kFailed);
    EXPECT_TRUE(Migrator(connection, broken).List().front().applied_at.empty());
    Transaction transaction(connection);
    EXPECT_TRUE(
        transaction.Execute({"test", "select to_regclass('half') as t"}).One()["t"].is_null());
}

}  // namespace
}  // namespace geniai::pg
