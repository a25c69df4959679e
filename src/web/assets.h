#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace geniai::web {

// A file of the built web application, and the same compressed if the build made that.
struct Asset {
    std::string path;  // "/assets/index-3f2a.js"
    std::string_view content;
    std::string_view gzip;
};

// Serves the web application's files from memory. Every path that is no file and no API gets the
// application itself, which knows its pages.
class Assets {
public:
    // The contents live as long as the program.
    explicit Assets(std::vector<Asset> assets);

    http::Response Serve(const http::Request& request) const;

private:
    const Asset* Find(std::string_view path) const;

    std::vector<Asset> assets_;
};

}  // namespace geniai::web
