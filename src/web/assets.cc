#include "web/assets.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/digest.h"

namespace geniai::web {

namespace {

std::string_view ContentType(std::string_view path) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kTypes{{
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".json", "application/json"},
        {".txt", "text/plain; charset=utf-8"},
    }};
    for (const auto& [ending, type] : kTypes) {
        if (path.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

bool AcceptsGzip(const http::Request& request) {
    return request.Header("Accept-Encoding").value_or("").find("gzip") != std::string_view::npos;
}

}  // namespace

Assets::Assets(std::vector<Asset> assets) : assets_(std::move(assets)) {
    std::ranges::sort(assets_, {}, &Asset::path);
}

const Asset* Assets::Find(std::string_view path) const {
    const auto found = std::ranges::lower_bound(assets_, path, {}, [](const Asset& asset) {
        return std::string_view(asset.path);
    });
    return found == assets_.end() || found->path != path ? nullptr : &*found;
}

http::Response Assets::Serve(const http::Request& request) const {
    const Asset* asset = Find(request.path);
    // A file that is gone must be an error: a page of an old version asks for its old script, and
    // would run our HTML otherwise.
    if (asset == nullptr && request.path.starts_with("/assets/")) {
        return http::PlainText(404, "not found");
    }
    const bool is_page = asset == nullptr || asset->path == "/index.html";
    if (asset == nullptr) asset = Find("/index.html");
    if (asset == nullptr) {
        return http::PlainText(503, "this program was built without its web application");
    }
    http::Response response;
    response.content_type = ContentType(asset->path);
    response.static_body = asset->content;
    response.headers.emplace_back("Vary", "Accept-Encoding");
    // File names change with their content, the page's name does not.
    response.headers.emplace_back(
        "Cache-Control",
        is_page ? "no-cache" : (asset->path.starts_with("/assets/")
                                    ? "public, max-age=31536000, immutable"
                                    : "public, max-age=3600"));
    if (!asset->gzip.empty() && AcceptsGzip(request)) {
        response.static_body = asset->gzip;
        response.headers.emplace_back("Content-Encoding", "gzip");
    }
    return response;
}

}  // namespace geniai::web
