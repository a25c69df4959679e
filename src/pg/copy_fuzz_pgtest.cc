#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/safe_text.h"
#include "pg/copy.h"
#include "testing/hostile_text.h"
#include "testing/test_database.h"

namespace geniai::pg {
namespace {

constexpr std::uint64_t kTexts = 3'000;
constexpr std::uint64_t kDocuments = 4'000;

std::string Hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex = "\\x";
    for (const char byte : bytes) {
        hex += kDigits[static_cast<unsigned char>(byte) >> 4U];
        hex += kDigits[static_cast<unsigned char>(byte) & 0xFU];
    }
    return hex;
}

TEST(CopyFuzzPgTest, TextsGoThroughPostgresqlUnchanged) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    Transaction transaction(connection);
    transaction.RunScript({"test", "create table t (seed int, a text, b text)"});
    std::vector<std::pair<std::optional<std::string>, std::string>> rows;
    {
        CopyIn in(transaction, {"test.in", "copy t from stdin"});
        CopyRow row;
        for (std::uint64_t seed = 0; seed < kTexts; ++seed) {
            testing::HostileText hostile(seed);
            rows.emplace_back(std::nullopt, hostile.Text());
            if (!hostile.OneIn(5)) rows.back().first = hostile.Text();
            row.Add(static_cast<std::int64_t>(seed))
                .Add(std::optional<std::string_view>(rows.back().first))
                .Add(std::string_view(rows.back().second));
            in.Write(row.Finish());
        }
        EXPECT_EQ(in.Complete(), static_cast<std::int64_t>(kTexts));
    }
    CopyOut out(transaction, {"test.out", "copy (select a, b from t order by seed) to stdout"});
    CopyFields fields;
    for (std::uint64_t seed = 0; seed < kTexts; ++seed) {
        const auto line = out.NextRow();
        ASSERT_TRUE(line);
        fields.Parse(*line, 2);
        ASSERT_EQ(fields[0], rows[seed].first) << "seed " << seed;
        ASSERT_EQ(fields[1], rows[seed].second) << "seed " << seed;
    }
    EXPECT_FALSE(out.NextRow());
}

// Each row of table t in PostgreSQL's own judgement.
constexpr const char* kJudges = R"sql(
    create function is_text(bytes bytea) returns boolean language plpgsql as $$
        begin return convert_from(bytes, 'UTF8') is not null;
        exception when others then return false; end $$;
    create function is_json(document text) returns boolean language plpgsql as $$
        begin return document::json is not null;
        exception when others then return false; end $$;
    create function is_jsonb(document text) returns boolean language plpgsql as $$
        begin return document::jsonb is not null;
        exception when others then return false; end $$;
)sql";

TEST(SafeTextFuzzPgTest, TextIsChangedExactlyWherePostgresqlRefusesIt) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    Transaction transaction(connection);
    transaction.RunScript({"test", kJudges});
    transaction.RunScript({"test", "create table t (seed int, raw bytea, safe text)"});
    std::string scratch;
    {
        CopyIn in(transaction, {"test.in", "copy t from stdin"});
        CopyRow row;
        for (std::uint64_t seed = 0; seed < kTexts; ++seed) {
            testing::HostileText hostile(seed);
            std::string bytes = hostile.Text();
            // One to four neighbouring bytes are changed: most of them in the middle of a
            // character.
            const std::size_t at = hostile.Below(bytes.size() + 1);
            for (std::size_t i = at; i < bytes.size() && i < at + hostile.Below(5); ++i) {
                bytes[i] = static_cast<char>(hostile.OneIn(2) ? 0x80 + hostile.Below(128)
                                                              : hostile.Below(256));
            }
            row.Add(static_cast<std::int64_t>(seed))
                .Add(std::string_view(Hex(bytes)))
                .Add(base::SafeText(bytes, scratch));
            in.Write(row.Finish());
        }
        ASSERT_EQ(in.Complete(), static_cast<std::int64_t>(kTexts)) << "all safe texts are taken";
    }
    const Result wrong = transaction.Execute({"test.wrong", R"sql(
        select seed, encode(raw, 'hex') as raw, safe from t
         where is_text(raw) <> (raw = convert_to(safe, 'UTF8')) order by length(raw) limit 3
    )sql"});
    for (const Row row : wrong) {
        ADD_FAILURE() << "seed " << row["seed"].text() << ": " << row["raw"].text() << " became "
                      << row["safe"].text();
    }
    const Row count = transaction
                          .Execute({"test.count", "select count(*) filter (where not is_text(raw)) "
                                                  "as refused from t"})
                          .One();
    EXPECT_GT(count["refused"].Int64(), 500) << "or the test tests nothing";
}

TEST(SafeJsonFuzzPgTest, WhatIsJsonBecomesJsonbAndWhatIsJsonbStaysAsItIs) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    Transaction transaction(connection);
    transaction.RunScript({"test", kJudges});
    transaction.RunScript({"test", "create table t (seed int, raw text, safe text)"});
    std::string scratch;
    {
        CopyIn in(transaction, {"test.in", "copy t from stdin"});
        CopyRow row;
        for (std::uint64_t seed = 0; seed < kDocuments; ++seed) {
            testing::HostileText hostile(seed);
            std::string text_scratch;
            const std::string json = hostile.OneIn(2) ? hostile.Json() : hostile.BrokenJson();
            const std::string raw(base::SafeText(json, text_scratch));
            row.Add(static_cast<std::int64_t>(seed))
                .Add(std::string_view(raw))
                .Add(base::SafeJson(raw, scratch));
            in.Write(row.Finish());
        }
        ASSERT_EQ(in.Complete(), static_cast<std::int64_t>(kDocuments));
    }
    transaction.RunScript({"test", R"sql(
        create table judged as
            select *, is_json(raw) as raw_json, is_jsonb(raw) as raw_jsonb,
                   is_jsonb(safe) as safe_jsonb
              from t
    )sql"});
    const Result wrong = transaction.Execute({"test.wrong", R"sql(
        select seed, left(raw, 300) as raw, left(safe, 300) as safe, raw_jsonb from judged
         where (raw_json and not safe_jsonb) or (raw_jsonb and raw <> safe)
         order by length(raw) limit 3
    )sql"});
    for (const Row row : wrong) {
        ADD_FAILURE() << "seed " << row["seed"].text() << ", jsonb " << row["raw_jsonb"].text()
                      << ": " << row["raw"].text() << " became " << row["safe"].text();
    }
    const Row count = transaction
                          .Execute({"test.count", R"sql(
        select count(*) filter (where raw_json and not raw_jsonb) as mended,
               count(*) filter (where raw_jsonb) as kept,
               count(*) filter (where not raw_json) as broken
          from judged
    )sql"})
                          .One();
    EXPECT_GT(count["mended"].Int64(), 500) << "or the test tests nothing";
    EXPECT_GT(count["kept"].Int64(), 300);
    EXPECT_GT(count["broken"].Int64(), 300);
}

}  // namespace
}  // namespace geniai::pg
