#pragma once

#include <string>

namespace geniai::demo {

// The directory that a demo lives in: it says what is in it, and one process at a time has it.
class DemoDirectory {
public:
    // Takes the directory, makes it if it is missing. Throws base::Error: kInvalidInput when it holds
    // something else, kConflict when a newer program made it or when it holds another number of
    // conversations, kAlreadyRunning when another demo runs in it.
    DemoDirectory(std::string path, int conversations);
    ~DemoDirectory();
    DemoDirectory(const DemoDirectory&) = delete;
    DemoDirectory& operator=(const DemoDirectory&) = delete;

    const std::string& path() const { return path_; }
    std::string LoginsFile() const { return path_ + "/logins.json"; }

    // Where a demo lives when nobody says: below the user's data, or below /var/lib for root, whose
    // home the server's user cannot enter.
    static std::string DefaultPath();

private:
    bool IsFresh() const;
    void RequireOurs(int conversations) const;
    void WriteMarker(int conversations) const;
    void Lock();

    std::string path_;
    int lock_ = -1;
};

}  // namespace geniai::demo
