#include "http/client.h"

#include <curl/curl.h>

#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "http/easy_request.h"

namespace geniai::http {

namespace {

constexpr int kPollMs = 1'000;  // at the longest: Start() wakes the loop

}  // namespace

Response Send(const ClientRequest& request) {
    EasyRequest easy(request);
    ClientAnswer answer = easy.Finish(curl_easy_perform(easy.handle()));
    if (answer.failure) {
        throw base::Error(base::ErrorCode::kFailed,
                          request.url + " does not answer: " + answer.message);
    }
    return std::move(answer.response);
}

class Client::Loop {
public:
    explicit Loop(Settings settings) : settings_(std::move(settings)), multi_(curl_multi_init()) {
        if (multi_ == nullptr) throw base::Error(base::ErrorCode::kFailed, "libcurl does not start");
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(settings_.connections_max));
        curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                          static_cast<long>(settings_.connections_max));
        thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
    }

    ~Loop() {
        thread_.request_stop();
        curl_multi_wakeup(multi_);
        thread_.join();
        curl_multi_cleanup(multi_);
    }

    void Start(ClientRequest request, OnAnswer on_answer) {
        auto transfer = std::make_unique<Transfer>(std::move(request), std::move(on_answer));
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(std::move(transfer));
        }
        curl_multi_wakeup(multi_);
    }

private:
    struct Transfer {
        Transfer(ClientRequest request, OnAnswer done)
            : easy(std::move(request)), on_answer(std::move(done)) {}
        EasyRequest easy;
        OnAnswer on_answer;
    };

    void Run(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            TakeWaiting();
            int running = 0;
            curl_multi_perform(multi_, &running);
            FinishEnded();
            curl_multi_poll(multi_, nullptr, 0, kPollMs, nullptr);
        }
        TakeWaiting();
        while (!transfers_.empty()) Finish(transfers_.begin()->first, CURLE_ABORTED_BY_CALLBACK);
    }

    void TakeWaiting() {
        std::vector<std::unique_ptr<Transfer>> waiting;
        {
            const std::lock_guard lock(mutex_);
            waiting.swap(waiting_);
        }
        for (auto& transfer : waiting) {
            CURL* handle = transfer->easy.handle();
            if (!settings_.ca_file.empty()) {
                curl_easy_setopt(handle, CURLOPT_CAINFO, settings_.ca_file.c_str());
            }
            curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
            curl_multi_add_handle(multi_, handle);
            transfers_.emplace(handle, std::move(transfer));
        }
    }

    void FinishEnded() {
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
            if (message->msg == CURLMSG_DONE) Finish(message->easy_handle, message->data.result);
        }
    }

    void Finish(CURL* handle, CURLcode result) {
        const auto found = transfers_.find(handle);
        const std::unique_ptr<Transfer> transfer = std::move(found->second);
        transfers_.erase(found);
        curl_multi_remove_handle(multi_, handle);
        transfer->on_answer(transfer->easy.Finish(result));
    }

    const Settings settings_;
    CURLM* multi_;
    std::unordered_map<CURL*, std::unique_ptr<Transfer>> transfers_;  // of the thread alone
    std::mutex mutex_;
    std::vector<std::unique_ptr<Transfer>> waiting_;  // guarded by mutex_
    std::jthread thread_;
};

Client::Client(Settings settings) : loop_(std::make_unique<Loop>(std::move(settings))) {}
Client::~Client() = default;

void Client::Start(ClientRequest request, OnAnswer on_answer) {
    loop_->Start(std::move(request), std::move(on_answer));
}

}  // namespace geniai::http
