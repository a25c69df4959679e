#include "analysis/pattern_cache.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <hs/hs.h>
#include <iterator>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/digest.h"

namespace geniai::analysis {

namespace {

// The digest comes as bytea has it, "\x1f…"; what is behind the x fits into a file name.
std::string CacheName(std::span<const char* const> expressions) {
    std::string all = hs_version();
    hs_platform_info_t platform{};
    hs_populate_platform(&platform);
    all += ' ' + std::to_string(platform.cpu_features) + ' ' + std::to_string(platform.tune);
    for (const char* expression : expressions) all.append("\n").append(expression);
    return "patterns-" + base::DigestOf(all).substr(2) + ".hs";
}

std::string ReadBytes(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

void PatternDatabaseDeleter::operator()(hs_database* database) const {
    hs_free_database(database);
}

PatternCache::PatternCache(std::string directory, std::span<const char* const> expressions) {
    if (!directory.empty()) path_ = std::move(directory) + "/" + CacheName(expressions);
}

PatternDatabase PatternCache::Find() const {
    if (path_.empty()) return nullptr;
    const std::string bytes = ReadBytes(path_);
    hs_database_t* database = nullptr;
    // It checks length, version, platform and a checksum of its own.
    if (bytes.empty() ||
        hs_deserialize_database(bytes.data(), bytes.size(), &database) != HS_SUCCESS) {
        return nullptr;
    }
    return PatternDatabase(database);
}

void PatternCache::Keep(const hs_database& database) const {
    if (path_.empty()) return;
    char* bytes = nullptr;
    std::size_t size = 0;
    if (hs_serialize_database(&database, &bytes, &size) != HS_SUCCESS) return;
    const std::unique_ptr<char, void (*)(void*)> owned(bytes, std::free);
    std::error_code error;
    const std::filesystem::path path(path_);
    std::filesystem::create_directories(path.parent_path(), error);
    const std::string beside = path_ + "." + std::to_string(getpid());
    {
        std::ofstream file(beside, std::ios::binary);
        file.write(bytes, static_cast<std::streamsize>(size));
        if (!file.flush()) error = std::make_error_code(std::errc::io_error);
    }
    if (!error) std::filesystem::rename(beside, path, error);
    if (error) std::filesystem::remove(beside, error);
}

}  // namespace geniai::analysis
