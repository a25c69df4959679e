#include "obs/log.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace geniai::obs {
namespace {

TEST(LogTest, ALineIsOneJsonObjectWithEscapedText) {
    EXPECT_EQ(EncodeLogLine("2026-01-01T00:00:00.000Z", "info", "sync.done",
                            {{"rows", std::int64_t{3}},
                             {"error", std::string_view("a \"quoted\"\nline")},
                             {"ok", true}}),
              R"({"time":"2026-01-01T00:00:00.000Z","level":"info","event":"sync.done","rows":3,)"
              R"("error":"a \"quoted\"\u000aline","ok":true})");
}

TEST(LogTest, AnUnknownLevelIsASettingsError) {
    EXPECT_EQ(ParseLevel("warning"), Level::kWarning);
    EXPECT_THROW(ParseLevel("loud"), base::Error);
}

}  // namespace
}  // namespace geniai::obs
