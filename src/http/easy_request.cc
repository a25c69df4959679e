#include "http/easy_request.h"

#include <curl/curl.h>

#include <utility>

#include "base/error.h"

namespace geniai::http {

EasyRequest::EasyRequest(ClientRequest request)
    : request_(std::move(request)), handle_(curl_easy_init()) {
    if (handle_ == nullptr) throw base::Error(base::ErrorCode::kFailed, "libcurl does not start");
    for (const auto& [name, value] : request_.headers) {
        headers_ = curl_slist_append(headers_, (name + ": " + value).c_str());
    }
    // Without this, libcurl waits a second for "100 Continue" before it sends a large body.
    headers_ = curl_slist_append(headers_, "Expect:");
    curl_easy_setopt(handle_, CURLOPT_URL, request_.url.c_str());
    curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_, CURLOPT_NOPROXY, "*");
    // Debian sets a directory of certificates too, and with one libcurl reads all of them for every
    // connection.
    curl_easy_setopt(handle_, CURLOPT_CAPATH, nullptr);
    // For one connection to many requests, where TLS says that the server speaks HTTP/2. Without TLS the
    // others would wait for the first answer.
    if (request_.url.starts_with("https:")) curl_easy_setopt(handle_, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.timeout.count()));
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &EasyRequest::TakeBody);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &EasyRequest::TakeHeader);
    curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(handle_, CURLOPT_PRIVATE, this);
    if (!request_.body.empty()) {
        curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request_.body.size()));
        curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request_.body.c_str());
    }
    if (!request_.form.empty()) AddForm();
}

EasyRequest::~EasyRequest() {
    curl_easy_cleanup(handle_);
    curl_mime_free(form_);
    curl_slist_free_all(headers_);
}

void EasyRequest::AddForm() {
    form_ = curl_mime_init(handle_);
    for (const FormPart& part : request_.form) {
        curl_mimepart* added = curl_mime_addpart(form_);
        curl_mime_name(added, part.name.c_str());
        if (part.path.empty()) {
            curl_mime_data(added, part.text.data(), part.text.size());
        } else {
            curl_mime_filedata(added, part.path.c_str());
        }
        if (!part.file_name.empty()) curl_mime_filename(added, part.file_name.c_str());
    }
    curl_easy_setopt(handle_, CURLOPT_MIMEPOST, form_);
}

ClientAnswer EasyRequest::Finish(int result) {
    ClientAnswer answer;
    long sent_bytes = 0;
    curl_easy_getinfo(handle_, CURLINFO_REQUEST_SIZE, &sent_bytes);
    answer.was_sent = sent_bytes > 0;
    if (result != CURLE_OK) {
        answer.failure = result == CURLE_OPERATION_TIMEDOUT ? ClientFailure::kTimeout
                         : is_too_large_                    ? ClientFailure::kTooLarge
                                                            : ClientFailure::kBroken;
        answer.message = curl_easy_strerror(static_cast<CURLcode>(result));
    }
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    answer.response = std::move(response_);
    return answer;
}

std::size_t EasyRequest::TakeBody(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& request = *static_cast<EasyRequest*>(self);
    if (request.request_.on_body) {
        long status = 0;
        curl_easy_getinfo(request.handle_, CURLINFO_RESPONSE_CODE, &status);
        if (status == 200) {
            request.request_.on_body({bytes, size * count});
            return size * count;
        }
    }
    std::string& body = request.response_.body;
    request.is_too_large_ = body.size() + size * count > request.request_.body_bytes_max;
    if (request.is_too_large_) return 0;  // ends the transfer
    body.append(bytes, size * count);
    return size * count;
}

std::size_t EasyRequest::TakeHeader(char* bytes, std::size_t size, std::size_t count, void* self) {
    const std::string_view line(bytes, size * count);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
        std::string_view value = TrimBlanks(line.substr(colon + 1));
        while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) {
            value.remove_suffix(1);
        }
        static_cast<EasyRequest*>(self)->response_.headers.emplace_back(line.substr(0, colon), value);
    }
    return size * count;
}

}  // namespace geniai::http
