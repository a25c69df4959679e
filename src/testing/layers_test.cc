#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>

namespace geniai::testing {
namespace {

namespace fs = std::filesystem;

const fs::path kSources = fs::path(GENIAI_SOURCE_DIR) / "src";

using Layers = std::map<std::string, std::set<std::string>>;

Layers ReadLayers() {
    Layers layers;
    std::ifstream file(kSources / "layers.txt");
    std::string line;
    while (std::getline(file, line)) {
        if (line.empty() || line.front() == '#') continue;
        std::istringstream words(line);
        std::string part;
        words >> part;
        part.pop_back();  // the colon
        std::string lower;
        while (words >> lower) layers[part].insert(lower);
        layers[part];
    }
    return layers;
}

bool IsTest(const fs::path& file) {
    const std::string stem = file.stem().string();
    return stem.ends_with("_test") || stem.ends_with("_pgtest") || stem.ends_with("_bench");
}

// The folder of an include of ours: `#include "warehouse/upsert.h"` → warehouse.
std::optional<std::string> IncludedFolder(const std::string& line) {
    constexpr std::string_view kStart = "#include \"";
    const std::size_t slash = line.find('/');
    if (!line.starts_with(kStart) || slash == std::string::npos) return std::nullopt;
    return line.substr(kStart.size(), slash - kStart.size());
}

// Every source with its includes of ours: ("sync/pipeline.cc", "warehouse").
std::vector<std::pair<std::string, std::string>> ReadArrows() {
    std::vector<std::pair<std::string, std::string>> arrows;
    for (const auto& entry : fs::recursive_directory_iterator(kSources)) {
        const fs::path& path = entry.path();
        if ((path.extension() != ".h" && path.extension() != ".cc") || IsTest(path)) continue;
        std::ifstream file(path);
        std::string line;
        while (std::getline(file, line)) {
            if (const auto folder = IncludedFolder(line)) {
                arrows.emplace_back(fs::relative(path, kSources).string(), *folder);
            }
        }
    }
    return arrows;
}

TEST(LayersTest, EveryIncludeIsAnArrowOfTheList) {
    const Layers layers = ReadLayers();
    const auto arrows = ReadArrows();
    ASSERT_GT(arrows.size(), 200U) << "the sources were not found";
    for (const auto& [file, to] : arrows) {
        const std::string from = file.substr(0, file.find('/'));
        ASSERT_TRUE(layers.contains(from)) << from << " is not in layers.txt";
        EXPECT_TRUE(from == to || layers.at(from).contains(to))
            << "src/" << file << " includes " << to << "/, which layers.txt does not allow";
    }
}

TEST(LayersTest, TheListHasNoCycleBecauseEachPartUsesOnlyPartsAboveItInTheList) {
    std::set<std::string> seen;
    std::ifstream file(kSources / "layers.txt");
    std::string line;
    while (std::getline(file, line)) {
        if (line.empty() || line.front() == '#') continue;
        std::istringstream words(line);
        std::string part;
        words >> part;
        part.pop_back();
        std::string lower;
        while (words >> lower) EXPECT_TRUE(seen.contains(lower)) << part << " uses " << lower;
        seen.insert(part);
    }
    EXPECT_GT(seen.size(), 10U);
}

TEST(LayersTest, EveryFolderHasItsPlaceInTheList) {
    const Layers layers = ReadLayers();
    for (const auto& entry : fs::directory_iterator(kSources)) {
        if (entry.is_directory()) {
            EXPECT_TRUE(layers.contains(entry.path().filename().string())) << entry.path();
        }
    }
}

// Files that may contain a text; everything else in src/ may not.
void ExpectOnlyIn(const std::string& text, const std::set<std::string>& allowed) {
    for (const auto& entry : fs::recursive_directory_iterator(kSources)) {
        const fs::path& path = entry.path();
        if ((path.extension() != ".h" && path.extension() != ".cc") || IsTest(path)) continue;
        std::ifstream file(path);
        std::stringstream content;
        content << file.rdbuf();
        const std::string name = fs::relative(path, kSources).string();
        const std::string folder = name.substr(0, name.find('/') + 1);
        if (content.str().find(text) == std::string::npos) continue;
        EXPECT_TRUE(allowed.contains(name) || allowed.contains(folder))
            << "src/" << name << " contains " << text;
    }
}

TEST(InvariantsTest, OnlyPgKnowsLibpq) {
    ExpectOnlyIn("libpq-fe.h", {"pg/"});
}

TEST(InvariantsTest, OnlyAScopeSetsTenantAndRole) {
    ExpectOnlyIn("app.current_tenant_id", {"tenancy/scope.cc"});
    ExpectOnlyIn("set local role", {"tenancy/scope.cc"});
}

TEST(InvariantsTest, OnlyTheApplicationReadsTheEnvironment) {
    // The demo asks where the user's data lives; it is a program's question, not a setting.
    ExpectOnlyIn("getenv", {"app/settings.cc", "demo/demo_directory.cc"});
}

TEST(InvariantsTest, OnlyTheClockReadsTheSystemClock) {
    ExpectOnlyIn("system_clock::now", {"base/clock.cc"});
}

}  // namespace
}  // namespace geniai::testing
