#include "pg/copy.h"

#include <gtest/gtest.h>

#include "pg/sql_error.h"
#include "testing/test_database.h"

namespace geniai::pg {
namespace {

TEST(CopyTest, HostileTextGoesInAndOutUnchanged) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    Transaction transaction(connection);
    transaction.RunScript({"test", "create table t (id int, text text)"});
    const std::vector<std::string> texts{
        "", "\\", "\\N", "a\tb\nc\rd", "\x01\x1b", "ção 😀", "\xE2\x80\xAE" "bidi",
        std::string(100'000, 'x')};
    CopyIn in(transaction, {"test.in", "copy t from stdin"});
    CopyRow row;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        row.Add(static_cast<std::int64_t>(i)).Add(std::string_view(texts[i]));
        in.Write(row.Finish());
    }
    EXPECT_EQ(in.Complete(), static_cast<std::int64_t>(texts.size()));

    CopyOut out(transaction, {"test.out", "copy (select text from t order by id) to stdout"});
    CopyFields fields;
    for (const std::string& text : texts) {
        const auto line = out.NextRow();
        ASSERT_TRUE(line);
        fields.Parse(*line, 1);
        EXPECT_EQ(fields[0], text);
    }
    EXPECT_FALSE(out.NextRow());
}

TEST(CopyTest, ARowThatDoesNotFitFailsTheCopyAndTheConnectionLives) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    {
        Transaction transaction(connection);
        transaction.RunScript({"test", "create table t (id int)"});
        CopyIn in(transaction, {"test.in", "copy t from stdin"});
        in.Write("not a number\n");
        EXPECT_THROW(in.Complete(), SqlError);
    }
    EXPECT_TRUE(connection.IsIdle());
    Transaction next(connection);
    EXPECT_EQ(next.Execute({"test", "select 1 as one"}).One()["one"].Int64(), 1);
}

TEST(CopyTest, ACopyThatIsDroppedInTheMiddleLeavesAUsableConnection) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    {
        Transaction transaction(connection);
        CopyOut out(transaction,
                    {"test.out", "copy (select * from generate_series(1, 5000000)) to stdout"});
        ASSERT_TRUE(out.NextRow());
    }
    {
        Transaction transaction(connection);
        transaction.RunScript({"test", "create table t (id int)"});
        CopyIn in(transaction, {"test.in", "copy t from stdin"});
        in.Write("1\n");
    }
    Transaction next(connection);
    EXPECT_TRUE(next.Execute({"test", "select to_regclass('t') as t"}).One()["t"].is_null())
        << "nothing of it was committed";
}

}  // namespace
}  // namespace geniai::pg
