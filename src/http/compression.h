#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace geniai::http {

// Packs the body with gzip if the client accepts it and it pays: text of more than 1 KiB that the
// handler made for this request. Leaves alone a static body, an answer that has a Content-Encoding
// or an ETag (the tag names the bytes as they are), and one that says no-transform.
void CompressIfItPays(const Request& request, Response& response);

// What an Accept-Encoding header says about gzip: "gzip;q=0" refuses it, "*" allows it.
bool AcceptsGzip(std::string_view accept_encoding);

std::string Gzip(std::string_view content);

}  // namespace geniai::http
