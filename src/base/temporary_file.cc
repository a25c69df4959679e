#include "base/temporary_file.h"

#include <cstdlib>
#include <memory>

#include "base/error.h"

namespace geniai::base {

TemporaryFile::TemporaryFile() : file_(std::tmpfile()) {
    if (file_ == nullptr) throw Error(ErrorCode::kFailed, "no temporary file can be made in /tmp");
}

TemporaryFile::~TemporaryFile() {
    std::fclose(file_);
}

void TemporaryFile::Append(std::string_view text) noexcept {
    std::fwrite(text.data(), 1, text.size(), file_);
}

void TemporaryFile::Flush() {
    if (std::fflush(file_) != 0 || std::ferror(file_) != 0) {
        throw Error(ErrorCode::kFailed, "a temporary file cannot be written: is /tmp full?");
    }
}

bool TemporaryFile::ReadLines(const std::function<void(std::string_view)>& on_line) {
    Flush();
    std::rewind(file_);
    char* buffer = nullptr;
    std::size_t size = 0;
    bool ends_with_line = true;
    for (;;) {
        const auto length = getline(&buffer, &size, file_);
        const std::unique_ptr<char, decltype(&std::free)> owner(buffer, &std::free);
        if (length < 0) return ends_with_line;
        std::string_view line(buffer, static_cast<std::size_t>(length));
        ends_with_line = line.ends_with('\n');
        if (ends_with_line) line.remove_suffix(1);
        on_line(line);
        buffer = nullptr;  // a line may be followed by a throw: each has a buffer of its own
        size = 0;
    }
}

std::string TemporaryFile::Path() const {
    return "/proc/self/fd/" + std::to_string(fileno(file_));
}

}  // namespace geniai::base
