#include "analysis/pattern_cache.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <hs/hs.h>
#include <unistd.h>

namespace geniai::analysis {
namespace {

class PatternCacheTest : public ::testing::Test {
protected:
    ~PatternCacheTest() override { std::filesystem::remove_all(directory_); }

    static PatternDatabase Compile(const char* expression) {
        hs_database_t* database = nullptr;
        hs_compile_error_t* error = nullptr;
        EXPECT_EQ(hs_compile(expression, HS_FLAG_SOM_LEFTMOST, HS_MODE_BLOCK, nullptr, &database,
                             &error),
                  HS_SUCCESS);
        return PatternDatabase(database);
    }

    std::filesystem::path OnlyFile() const {
        return std::filesystem::directory_iterator(directory_)->path();
    }

    const std::string directory_ =
        std::filesystem::temp_directory_path() / ("geniai-cache-" + std::to_string(getpid()));
    const std::array<const char*, 1> expressions_{"quero agendar"};
};

TEST_F(PatternCacheTest, GivesBackWhatWasKept) {
    const PatternCache cache(directory_, expressions_);
    EXPECT_EQ(cache.Find(), nullptr);
    cache.Keep(*Compile(expressions_[0]));
    EXPECT_NE(PatternCache(directory_, expressions_).Find(), nullptr);
}

TEST_F(PatternCacheTest, OtherExpressionsHaveAnotherFile) {
    PatternCache(directory_, expressions_).Keep(*Compile(expressions_[0]));
    const std::array<const char*, 1> others{"quanto custa"};
    EXPECT_EQ(PatternCache(directory_, others).Find(), nullptr);
}

TEST_F(PatternCacheTest, ABrokenFileIsNoFile) {
    const PatternCache cache(directory_, expressions_);
    cache.Keep(*Compile(expressions_[0]));
    std::filesystem::resize_file(OnlyFile(), 100);
    EXPECT_EQ(cache.Find(), nullptr);
    std::ofstream(OnlyFile()) << std::string(5'000, 'x');
    EXPECT_EQ(cache.Find(), nullptr);
    cache.Keep(*Compile(expressions_[0]));
    EXPECT_NE(cache.Find(), nullptr) << "and is replaced";
}

TEST_F(PatternCacheTest, WithoutADirectoryOrTheRightToItNothingIsKept) {
    PatternCache("", expressions_).Keep(*Compile(expressions_[0]));
    EXPECT_EQ(PatternCache("", expressions_).Find(), nullptr);
    PatternCache("/proc/geniai", expressions_).Keep(*Compile(expressions_[0]));
    EXPECT_EQ(PatternCache("/proc/geniai", expressions_).Find(), nullptr);
}

}  // namespace
}  // namespace geniai::analysis
