#include "embedded/files.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

extern "C" {
// Written by cmake/embed.cmake.
struct GeniaiEmbeddedFile {
    const char* path;
    std::uint64_t path_size;
    const char* content;
    std::uint64_t content_size;
};
extern const GeniaiEmbeddedFile geniai_embedded_files[];
extern const std::uint64_t geniai_embedded_files_count;
}

namespace geniai::embedded {

std::span<const File> Files() {
    static const std::vector<File> files = [] {
        std::vector<File> list;
        for (std::uint64_t i = 0; i < geniai_embedded_files_count; ++i) {
            const GeniaiEmbeddedFile& file = geniai_embedded_files[i];
            list.push_back({{file.path, file.path_size}, {file.content, file.content_size}});
        }
        std::ranges::sort(list, {}, &File::path);
        return list;
    }();
    return files;
}

std::span<const File> FilesBelow(std::string_view folder) {
    const std::span<const File> files = Files();
    const auto first = std::ranges::find_if(
        files, [&](const File& file) { return file.path.starts_with(folder); });
    const auto last = std::find_if(
        first, files.end(), [&](const File& file) { return !file.path.starts_with(folder); });
    return {first, last};
}

std::optional<std::string_view> Find(std::string_view path) {
    const std::span<const File> files = Files();
    const auto found = std::ranges::lower_bound(files, path, {}, &File::path);
    if (found == files.end() || found->path != path) return std::nullopt;
    return found->content;
}

std::string_view Get(std::string_view path) {
    if (const auto content = Find(path)) return *content;
    throw base::Error(base::ErrorCode::kFailed,
                      "internal: the program was built without " + std::string(path));
}

}  // namespace geniai::embedded
