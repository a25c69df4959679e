#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "http/client.h"

using CURL = void;
struct curl_mime;
struct curl_slist;

namespace geniai::http {

// One request as libcurl takes it, with everything that has to live as long as its handle.
class EasyRequest {
public:
    // Throws base::Error(kFailed) when libcurl does not start.
    explicit EasyRequest(ClientRequest request);
    ~EasyRequest();
    EasyRequest(const EasyRequest&) = delete;
    EasyRequest& operator=(const EasyRequest&) = delete;

    CURL* handle() const { return handle_; }
    const ClientRequest& request() const { return request_; }

    // The answer, once the transfer is over; `result` is libcurl's code for it.
    ClientAnswer Finish(int result);

private:
    void AddForm();
    static std::size_t TakeBody(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t TakeHeader(char* bytes, std::size_t size, std::size_t count, void* self);

    ClientRequest request_;
    CURL* handle_ = nullptr;
    curl_slist* headers_ = nullptr;
    curl_mime* form_ = nullptr;
    Response response_;
    bool is_too_large_ = false;
};

}  // namespace geniai::http
