#include "http/client.h"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "http/easy_request.h"

namespace geniai::http {

Response Send(const ClientRequest& request) {
    EasyRequest easy(request);
    ClientAnswer answer = easy.Finish(curl_easy_perform(easy.handle()));
    if (answer.failure) {
        throw base::Error(base::ErrorCode::kFailed,
                          request.url + " does not answer: " + answer.message);
    }
    return std::move(answer.response);
}

// Sockets are watched by epoll: to look at each of five hundred at every event would take most of a core.
class Client::Loop {
public:
    explicit Loop(Settings settings)
        : settings_(std::move(settings)), multi_(curl_multi_init()), epoll_(epoll_create1(EPOLL_CLOEXEC)),
          wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (multi_ == nullptr || epoll_ < 0 || wake_ < 0) {
            throw base::Error(base::ErrorCode::kFailed, "the HTTP client does not start");
        }
        Watch(wake_, EPOLLIN);
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(settings_.connections_max));
        curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                          static_cast<long>(settings_.connections_max));
        curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Loop::OnSocket);
        curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Loop::OnTimer);
        curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
        thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
    }

    ~Loop() {
        thread_.request_stop();
        Wake();
        thread_.join();
        curl_multi_cleanup(multi_);
        close(wake_);
        close(epoll_);
    }

    void Start(ClientRequest request, OnAnswer on_answer) {
        auto transfer = std::make_unique<Transfer>(std::move(request), std::move(on_answer));
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(std::move(transfer));
        }
        Wake();
    }

private:
    using SteadyClock = std::chrono::steady_clock;

    struct Transfer {
        Transfer(ClientRequest request, OnAnswer done)
            : easy(std::move(request)), on_answer(std::move(done)) {}
        EasyRequest easy;
        OnAnswer on_answer;
    };

    void Run(const std::stop_token& stop) {
        std::array<epoll_event, 64> events{};
        while (!stop.stop_requested()) {
            const int count =
                epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), WaitMs());
            for (int i = 0; i < count; ++i) Handle(events[static_cast<std::size_t>(i)]);
            if (timer_ && SteadyClock::now() >= *timer_) Act(CURL_SOCKET_TIMEOUT, 0);
            FinishEnded();
        }
        TakeWaiting();
        while (!transfers_.empty()) Finish(transfers_.begin()->first, CURLE_ABORTED_BY_CALLBACK);
    }

    void Handle(const epoll_event& event) {
        if (event.data.fd == wake_) {
            std::uint64_t count = 0;
            [[maybe_unused]] const auto read_bytes = read(wake_, &count, sizeof count);
            return TakeWaiting();
        }
        int what = 0;
        if ((event.events & EPOLLIN) != 0) what |= CURL_CSELECT_IN;
        if ((event.events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
        if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) what |= CURL_CSELECT_ERR;
        Act(event.data.fd, what);
    }

    void Act(curl_socket_t socket, int what) {
        if (socket == CURL_SOCKET_TIMEOUT) timer_.reset();
        int running = 0;
        curl_multi_socket_action(multi_, socket, what, &running);
    }

    int WaitMs() const {
        if (!timer_) return -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*timer_ - SteadyClock::now());
        return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    }

    void Wake() const {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = write(wake_, &one, sizeof one);
    }

    void Watch(int socket, std::uint32_t what) const {
        epoll_event event{};
        event.events = what;
        event.data.fd = socket;
        if (epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event) != 0) {
            epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
        }
    }

    // What libcurl wants to know of a socket.
    static int OnSocket(CURL* /*handle*/, curl_socket_t socket, int what, void* loop, void* /*data*/) {
        const auto* self = static_cast<Loop*>(loop);
        std::uint32_t events = 0;
        if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) events |= EPOLLIN;
        if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) events |= EPOLLOUT;
        if (what == CURL_POLL_REMOVE) {
            epoll_ctl(self->epoll_, EPOLL_CTL_DEL, socket, nullptr);
        } else {
            self->Watch(socket, events);
        }
        return 0;
    }

    // When libcurl wants to be called without an event; -1: not at all.
    static int OnTimer(CURLM* /*multi*/, long timeout_ms, void* loop) {
        auto& timer = static_cast<Loop*>(loop)->timer_;
        timer.reset();
        if (timeout_ms >= 0) timer = SteadyClock::now() + std::chrono::milliseconds(timeout_ms);
        return 0;
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
    int epoll_;
    int wake_;
    std::optional<SteadyClock::time_point> timer_;  // of the thread alone, as what follows
    std::unordered_map<CURL*, std::unique_ptr<Transfer>> transfers_;
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
