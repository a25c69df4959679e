#include "demo/demo_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "pg/private_cluster.h"

namespace geniai::demo {

namespace fs = std::filesystem;

namespace {

constexpr const char* kMarker = "geniai-demo.json";
constexpr const char* kMarkerDraft = "geniai-demo.json.new";
constexpr int kFormat = 1;  // raise it when an older program could not use the directory

std::string ReadWhole(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

}  // namespace

DemoDirectory::DemoDirectory(std::string path, int conversations)
    : path_(fs::absolute(path).lexically_normal().string()) {
    while (path_.size() > 1 && path_.back() == '/') path_.pop_back();
    pg::PrivateCluster::RequireUsablePath(path_);
    std::error_code error;
    fs::create_directories(path_, error);
    if (error) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "cannot use " + path_ + " as the data directory: " + error.message());
    }
    // Locked before anything is read or written, so that two first starts do not meet.
    Lock();
    if (IsFresh()) {
        WriteMarker(conversations);
    } else {
        RequireOurs(conversations);
    }
}

DemoDirectory::~DemoDirectory() {
    if (lock_ >= 0) close(lock_);
}

std::string DemoDirectory::DefaultPath() {
    if (geteuid() == 0) return "/var/lib/geniai-demo";
    const char* data = std::getenv("XDG_DATA_HOME");
    if (data != nullptr && *data == '/') return std::string(data) + "/geniai-demo";
    const char* home = std::getenv("HOME");
    return std::string(home == nullptr ? "." : home) + "/.local/share/geniai-demo";
}

// Empty, or left so by a first start that died while it wrote the marker.
bool DemoDirectory::IsFresh() const {
    for (const auto& entry : fs::directory_iterator(path_)) {
        if (entry.path().filename() != kMarkerDraft) return false;
    }
    return true;
}

void DemoDirectory::RequireOurs(int conversations) const {
    boost::system::error_code broken;
    const boost::json::value marker = boost::json::parse(ReadWhole(fs::path(path_) / kMarker), broken);
    const boost::json::object* object = broken ? nullptr : marker.if_object();
    const boost::json::value* format = object == nullptr ? nullptr : object->if_contains("format");
    const boost::json::value* size =
        object == nullptr ? nullptr : object->if_contains("conversations");
    if (format == nullptr || !format->is_int64() || size == nullptr || !size->is_int64()) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          path_ + " is not empty and no demo of ours; choose another --data-dir");
    }
    if (format->as_int64() > kFormat) {
        throw base::Error(base::ErrorCode::kConflict,
                          path_ + " was made by a newer geniai; use that one, or another --data-dir");
    }
    if (size->as_int64() != conversations) {
        throw base::Error(base::ErrorCode::kConflict,
                          path_ + " holds a demo with " + std::to_string(size->as_int64()) +
                              " conversations; say --conversations " +
                              std::to_string(size->as_int64()) + ", or choose another --data-dir");
    }
}

// Under another name first: the marker is either whole or not there.
void DemoDirectory::WriteMarker(int conversations) const {
    const fs::path draft = fs::path(path_) / kMarkerDraft;
    std::ofstream file(draft);
    file << boost::json::serialize(
                boost::json::object{{"format", kFormat}, {"conversations", conversations}})
         << '\n';
    file.close();
    std::error_code error;
    if (file) fs::rename(draft, fs::path(path_) / kMarker, error);
    if (!file || error) {
        throw base::Error(base::ErrorCode::kInvalidInput, "cannot write into " + path_);
    }
}

// On the directory itself: it needs no file of its own and ends with the process.
void DemoDirectory::Lock() {
    lock_ = open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock_ < 0) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "cannot use " + path_ + " as the data directory: " + std::strerror(errno));
    }
    if (flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
    throw base::Error(base::ErrorCode::kAlreadyRunning, "another demo runs in " + path_);
}

}  // namespace geniai::demo
