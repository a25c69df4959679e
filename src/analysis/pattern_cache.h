#pragma once

#include <memory>
#include <span>
#include <string>

struct hs_database;

namespace geniai::analysis {

struct PatternDatabaseDeleter {
    void operator()(hs_database* database) const;
};
using PatternDatabase = std::unique_ptr<hs_database, PatternDatabaseDeleter>;

// Compiled patterns kept in a directory: compiling takes a second, reading them back some
// milliseconds. A file is good for the same expressions, the same Vectorscan and the same kind of CPU;
// another has another name. Nothing here throws: what cannot be read or kept is compiled again.
class PatternCache {
public:
    // `directory` is made when something is kept; empty: nothing is ever found or kept.
    PatternCache(std::string directory, std::span<const char* const> expressions);

    PatternDatabase Find() const;
    // Written beside and renamed, so that no reader sees half a file.
    void Keep(const hs_database& database) const;

private:
    std::string path_;  // empty: no cache
};

}  // namespace geniai::analysis
