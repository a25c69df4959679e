#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>

#include "base/clock.h"
#include "base/secret.h"
#include "http/client.h"
#include "llm/admission.h"
#include "llm/breaker.h"
#include "llm/chat.h"
#include "llm/workers.h"
#include "obs/log.h"

namespace geniai::llm {

struct GatewaySettings {
    std::string base_url;      // "https://api.openai.com/v1": /chat/completions is added
    std::string api_version;   // Azure's; with it the key goes into `api-key`
    base::Secret api_key;
    std::string model;
    std::chrono::milliseconds timeout{30'000};  // of one call
    int attempts_max = 3;                       // of one question
    std::chrono::milliseconds wait_max{600'000};  // for a window to open, altogether
    int in_flight_max = 500;
    int database_threads = 4;
    Breaker::Settings breaker;
};

// What somebody wants to know of a model, for a tenant.
struct Question {
    base::TenantId tenant;
    std::string purpose;
    std::string prompt_version;
    std::string input_hash;           // as base::DigestOf() makes it
    std::int32_t input_tokens = 0;    // of the messages, at the most
    ChatRequest chat;                 // its model and format are the gateway's
};

// What came of it.
struct Reply {
    enum class Kind {
        kAnswered,  // `content` is what the model wrote; whether it fits is for the caller to check
        kFailed,    // `cause` of the last attempt
        kRefused,   // by a limit, a budget or a stop: `cause` says which; nothing was sent
    };
    Kind kind = Kind::kFailed;
    std::string content;
    std::string cause;
    std::optional<Instant> not_before;  // when to ask again, where that is known
    CallId call;                        // of the last attempt
    Usage usage;                        // of all attempts
    base::MicroBrl cost;                // of all attempts
    int attempts = 0;
    std::chrono::milliseconds took{0};  // from the first attempt's start to the answer
};

// The only way to a model. Every attempt is admitted, sent, and booked; none is sent without a
// reservation, and none is lost: a process that dies leaves it to its lease. Questions wait here while
// a window of the minute is full or the provider is in trouble, in their order. Thread-safe.
class Gateway {
public:
    using OnReply = std::function<void(Reply)>;

    // The references outlive the gateway. `clock` is the wall's.
    Gateway(GatewaySettings settings, pg::Pool& warehouse, const base::Clock& clock,
            const obs::Log& log);
    // Ends what waits (kRefused, "stopping"), and waits for what is in flight.
    ~Gateway();
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    // Calls `on_reply` once, on a thread of the gateway; it must not throw.
    void Ask(Question question, OnReply on_reply);

    // No more attempts from now on; calls in flight end and are booked.
    void Stop() { stopping_ = true; }

private:
    struct Call;
    using CallPtr = std::shared_ptr<Call>;
    // What a pump finds: a call to try, or when to look again, or nothing left to do.
    struct Next {
        CallPtr call;
        std::optional<Clock::time_point> look_again;
    };

    void StartPump();
    void Pump(pg::Connection& warehouse);
    Next TakeNext();
    void LeaveSlot();
    void PutBack(const CallPtr& call);
    void Park(const CallPtr& call, Clock::time_point until);
    bool EndPump(bool is_needed);

    void Try(pg::Connection& warehouse, const CallPtr& call);
    void Wait(const CallPtr& call, const Admission& admission);
    void Send(const CallPtr& call);
    void Book(pg::Connection& warehouse, const CallPtr& call, const http::ClientAnswer& received);
    void Report(const Call& call, const ChatAnswer& answer);
    void Follow(const CallPtr& call, const ChatAnswer& answer);
    void Finish(const CallPtr& call, Reply::Kind kind, std::string cause);
    http::ClientRequest RequestFor(const Call& call) const;

    const GatewaySettings settings_;
    const base::Clock& clock_;
    const obs::Log& log_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> knows_schemas_{true};
    std::mutex mutex_;
    std::deque<CallPtr> queue_;                           // guarded by mutex_, as what follows
    std::multimap<Clock::time_point, CallPtr> parked_;    // until their time has come
    int pumps_ = 0;
    int trying_ = 0;        // calls that are being admitted or on their way
    int open_calls_ = 0;    // all of them
    Clock::time_point open_from_;  // no attempt before: the installation's window is full
    Breaker breaker_;
    RetryBudget retries_;
    std::mt19937_64 random_;
    std::condition_variable all_done_;
    Workers workers_;
    http::Client client_;  // after the workers, which its last answers go to
};

}  // namespace geniai::llm
