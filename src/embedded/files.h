#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace geniai::embedded {

// One file that the build put into the program.
struct File {
    std::string_view path;  // below the project's root: "db/migrations/0001_roles.sql"
    std::string_view content;
};

// All of them, in order of path.
std::span<const File> Files();

// Those below a folder ("db/migrations/").
std::span<const File> FilesBelow(std::string_view folder);

// Throws base::Error(kFailed) when the build forgot it.
std::string_view Get(std::string_view path);
std::optional<std::string_view> Find(std::string_view path);

}  // namespace geniai::embedded
