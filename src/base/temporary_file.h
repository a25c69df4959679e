#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

namespace geniai::base {

// A file without a name, which is gone with this object or the process. Throws base::Error(kFailed)
// when the disk does not take it.
class TemporaryFile {
public:
    TemporaryFile();
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    // What does not fit on the disk is told by Flush(), so that this may be called from where
    // nothing may be thrown.
    void Append(std::string_view text) noexcept;
    // Everything is on its way to the disk.
    void Flush();
    // Calls `on_line` with each line, without its end; false at last when the last one has none.
    bool ReadLines(const std::function<void(std::string_view line)>& on_line);
    // By which this process can open it once more.
    std::string Path() const;

private:
    std::FILE* file_;
};

}  // namespace geniai::base
