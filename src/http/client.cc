#include "http/client.h"

#include <curl/curl.h>

#include <memory>

#include "base/error.h"

namespace geniai::http {

namespace {

struct EasyCleanup {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::size_t TakeBody(char* bytes, std::size_t size, std::size_t count, void* response) {
    static_cast<Response*>(response)->body.append(bytes, size * count);
    return size * count;
}

std::size_t TakeHeader(char* bytes, std::size_t size, std::size_t count, void* response) {
    const std::string_view line(bytes, size * count);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
        std::string_view value = TrimBlanks(line.substr(colon + 1));
        while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) {
            value.remove_suffix(1);
        }
        static_cast<Response*>(response)->headers.emplace_back(line.substr(0, colon), value);
    }
    return size * count;
}

}  // namespace

Response Send(const ClientRequest& request) {
    const std::unique_ptr<CURL, EasyCleanup> handle(curl_easy_init());
    if (handle == nullptr) throw base::Error(base::ErrorCode::kFailed, "libcurl does not start");
    Response response;
    curl_slist* list = nullptr;
    for (const auto& [name, value] : request.headers) {
        list = curl_slist_append(list, (name + ": " + value).c_str());
    }
    const std::unique_ptr<curl_slist, ListFree> headers(list);
    curl_easy_setopt(handle.get(), CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, static_cast<long>(request.timeout.count()));
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, TakeBody);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &response);
    curl_easy_setopt(handle.get(), CURLOPT_HEADERFUNCTION, TakeHeader);
    curl_easy_setopt(handle.get(), CURLOPT_HEADERDATA, &response);
    if (!request.body.empty()) {
        curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, request.body.c_str());
    }
    const CURLcode result = curl_easy_perform(handle.get());
    if (result != CURLE_OK) {
        throw base::Error(base::ErrorCode::kFailed,
                          request.url + " does not answer: " + curl_easy_strerror(result));
    }
    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    return response;
}

}  // namespace geniai::http
