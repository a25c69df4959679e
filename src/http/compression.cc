#include "http/compression.h"

#include <algorithm>
#include <array>
#include <optional>
#include <zlib.h>

#include "base/error.h"

namespace geniai::http {

namespace {

constexpr std::size_t kCompressAbove = 1024;  // below that the headers outweigh the gain
constexpr int kCompressionLevel = 4;          // 92 MB/s a core; higher levels gain little on JSON
constexpr int kGzipWindowBits = 15 + 16;      // zlib's way to ask for the gzip format

bool IsCompressible(std::string_view content_type) {
    static constexpr std::array<std::string_view, 4> kTextual{
        "application/json", "application/javascript", "application/xml", "image/svg+xml"};
    const auto type = TrimBlanks(content_type.substr(0, content_type.find(';')));
    if (SameIgnoringCase(type.substr(0, 5), "text/")) return true;
    return std::any_of(kTextual.begin(), kTextual.end(), [type](std::string_view textual) {
        return SameIgnoringCase(textual, type);
    });
}

bool MayCompress(const Response& response) {
    if (!response.static_body.empty() || response.body.size() <= kCompressAbove) return false;
    if (response.status == 206 || !IsCompressible(response.content_type)) return false;
    if (response.Header("Content-Encoding") || response.Header("ETag")) return false;
    const auto caching = response.Header("Cache-Control").value_or("");
    return caching.find("no-transform") == std::string_view::npos;
}

// "q=0", "q=0.0" and so on: a quality of nothing refuses the coding.
bool IsRefused(std::string_view parameters) {
    const auto quality = parameters.find("q=");
    if (quality == std::string_view::npos) return false;
    const auto value = TrimBlanks(parameters.substr(quality + 2));
    return !value.empty() && value.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool AcceptsGzip(std::string_view accept_encoding) {
    std::optional<bool> gzip;
    bool any = false;
    while (!accept_encoding.empty()) {
        const auto end = std::min(accept_encoding.find(','), accept_encoding.size());
        const auto item = accept_encoding.substr(0, end);
        accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));

        const auto semicolon = std::min(item.find(';'), item.size());
        const auto coding = TrimBlanks(item.substr(0, semicolon));
        const bool accepted = !IsRefused(item.substr(semicolon));
        if (SameIgnoringCase(coding, "gzip")) gzip = accepted;
        if (coding == "*") any = accepted;
    }
    return gzip.value_or(any);
}

std::string Gzip(std::string_view content) {
    z_stream stream{};
    const int ready = deflateInit2(&stream, kCompressionLevel, Z_DEFLATED, kGzipWindowBits, 8,
                                   Z_DEFAULT_STRATEGY);
    if (ready != Z_OK) throw base::Error(base::ErrorCode::kFailed, "cannot compress an answer");

    std::string packed(deflateBound(&stream, static_cast<uLong>(content.size())), '\0');
    // zlib reads through a pointer that is not const unless it is built with ZLIB_CONST.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const int done = deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    if (done != Z_STREAM_END) {
        throw base::Error(base::ErrorCode::kFailed, "cannot compress an answer");
    }
    return packed;
}

void CompressIfItPays(const Request& request, Response& response) {
    if (!MayCompress(response)) return;
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (!AcceptsGzip(request.Header("Accept-Encoding").value_or(""))) return;
    response.body = Gzip(response.body);
    response.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace geniai::http
