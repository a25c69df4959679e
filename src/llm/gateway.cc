#include "llm/gateway.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/error.h"

namespace geniai::llm {

namespace {

constexpr std::chrono::milliseconds kLookAgain{200};  // a stop works within a second
constexpr std::chrono::seconds kWithoutWarehouse{1};
constexpr std::chrono::seconds kDrainMax{60};  // more than a call and its booking may take

std::string UrlOf(const GatewaySettings& settings) {
    std::string url = settings.base_url + "/chat/completions";
    if (!settings.api_version.empty()) url += "?api-version=" + settings.api_version;
    return url;
}

http::Client::Settings ClientSettingsOf(const GatewaySettings& settings) {
    http::Client::Settings client;
    client.connections_max = settings.in_flight_max;
    return client;
}

// Whether the breaker counts a fault: it says that the provider is away, and not that it refuses this
// call or that its answer is of no use.
bool CountsForBreaker(const ChatAnswer& answer) {
    return answer.fault == "timeout" || answer.fault == "broken_connection" ||
           answer.fault == "not_json" || answer.fault.starts_with("http_5");
}

// How long to hold back because the provider says that it will let nothing through: it tells when its
// window is whole again, which is longer than a call has to wait, so a second at a time.
std::chrono::milliseconds PauseOf(const Pace& pace, std::int64_t tokens_of_a_call) {
    constexpr std::chrono::milliseconds kPauseMax{1'000};
    std::chrono::milliseconds pause{0};
    if (pace.requests_left && *pace.requests_left <= 0) {
        pause = std::max(pause, pace.requests_reset.value_or(kPauseMax));
    }
    if (pace.tokens_left && *pace.tokens_left < tokens_of_a_call) {
        pause = std::max(pause, pace.tokens_reset.value_or(kPauseMax));
    }
    return std::min(pause, kPauseMax);
}

CallEnd EndOf(const http::ClientAnswer& received, const ChatAnswer& answer,
              std::chrono::milliseconds took) {
    CallEnd end;
    end.outcome = answer.fault.empty() ? "ok" : answer.fault;
    end.took = took;
    if (answer.usage) {
        end.input_tokens = answer.usage->input_tokens;
        end.cached_input_tokens = answer.usage->cached_input_tokens;
        end.output_tokens = answer.usage->output_tokens;
    } else if (received.failure && !received.was_sent) {
        end.entry = CallEnd::Entry::kReleased;
    } else if (received.failure || received.response.status == 200) {
        end.entry = CallEnd::Entry::kUnconfirmed;
    }
    return end;  // an error of the provider's is not billed
}

}  // namespace

struct Gateway::Call {
    Question question;
    OnReply on_reply;
    Reply reply;
    Clock::time_point asked = Clock::now();
    Clock::time_point began;  // of the attempt at hand
};

Gateway::Gateway(GatewaySettings settings, pg::Pool& warehouse, const base::Clock& clock,
                 const obs::Log& log)
    : settings_(std::move(settings)), clock_(clock), log_(log), breaker_(settings_.breaker),
      random_(std::random_device{}()), workers_(warehouse, settings_.database_threads),
      client_(ClientSettingsOf(settings_)) {}

Gateway::~Gateway() {
    Stop();
    std::unique_lock lock(mutex_);
    all_done_.wait_for(lock, kDrainMax, [this] { return open_calls_ == 0; });
}

void Gateway::Ask(Question question, OnReply on_reply) {
    auto call = std::make_shared<Call>();
    call->question = std::move(question);
    call->question.chat.model = settings_.model;
    call->on_reply = std::move(on_reply);
    {
        const std::lock_guard lock(mutex_);
        ++open_calls_;
        queue_.push_back(std::move(call));
    }
    StartPump();
}

// Pumps take calls from the queue, each on a worker, as many as are useful. One stays while anybody
// waits.
void Gateway::StartPump() {
    {
        const std::lock_guard lock(mutex_);
        if (pumps_ >= settings_.database_threads) return;
        ++pumps_;
    }
    workers_.Do([this](pg::Connection& warehouse) { Pump(warehouse); });
}

void Gateway::Pump(pg::Connection& warehouse) {
    const Next next = TakeNext();
    if (!next.call) {
        if (EndPump(next.look_again.has_value())) return;
        return workers_.DoAt(*next.look_again, [this](pg::Connection& again) { Pump(again); });
    }
    auto look_again = Clock::time_point::min();
    try {
        Try(warehouse, next.call);
        StartPump();
    } catch (const base::Error& error) {
        log_.Warning("llm.warehouse", {{"error", error.what()}});
        PutBack(next.call);
        look_again = Clock::now() + kWithoutWarehouse;
    }
    workers_.DoAt(look_again, [this](pg::Connection& again) { Pump(again); });
}

Gateway::Next Gateway::TakeNext() {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    while (!parked_.empty() && (stopping_ || parked_.begin()->first <= now)) {
        queue_.push_back(std::move(parked_.extract(parked_.begin()).mapped()));
    }
    if (queue_.empty() && parked_.empty()) return {};
    const bool may_try = !queue_.empty() && (stopping_ || (trying_ < settings_.in_flight_max &&
                                                           now >= open_from_ &&
                                                           !breaker_.Enter(now)));
    if (!may_try) return {nullptr, now + kLookAgain};
    CallPtr call = std::move(queue_.front());
    queue_.pop_front();
    ++trying_;
    return {std::move(call), std::nullopt};
}

// The call is not on its way any more, or will not be: another may.
void Gateway::LeaveSlot() {
    const std::lock_guard lock(mutex_);
    --trying_;
}

// The same call is the next one.
void Gateway::PutBack(const CallPtr& call) {
    LeaveSlot();
    const std::lock_guard lock(mutex_);
    breaker_.Abandoned();
    queue_.push_front(call);
}

void Gateway::Park(const CallPtr& call, Clock::time_point until) {
    {
        const std::lock_guard lock(mutex_);
        parked_.emplace(until, call);
    }
    StartPump();
}

// Ends this pump, unless it `is_needed` and the last one.
bool Gateway::EndPump(bool is_needed) {
    const std::lock_guard lock(mutex_);
    if (is_needed && pumps_ == 1) return false;
    --pumps_;
    return true;
}

// One attempt up to the moment at which it is on its way, or has to wait. Throws base::Error when the
// warehouse does not answer; then nothing was sent.
void Gateway::Try(pg::Connection& warehouse, const CallPtr& call) {
    if (stopping_) {
        LeaveSlot();
        return Finish(call, Reply::Kind::kRefused, "stopping");
    }
    const Question& question = call->question;
    const CallPlan plan{question.purpose,        settings_.model,
                        question.prompt_version, question.input_hash,
                        question.input_tokens,   question.chat.output_tokens_max,
                        false};
    const Admission admission = Reserve(warehouse, question.tenant, plan);
    if (admission.verdict != Verdict::kGranted) {
        const std::lock_guard lock(mutex_);
        breaker_.Abandoned();
    }
    if (admission.verdict == Verdict::kRefused) {
        LeaveSlot();
        call->reply.not_before = admission.not_before;
        return Finish(call, Reply::Kind::kRefused, admission.reason);
    }
    if (admission.verdict == Verdict::kWait) return Wait(call, admission);
    call->reply.call = admission.call;
    MarkSent(warehouse, question.tenant, admission.call) ? Send(call) : PutBack(call);
}

void Gateway::Wait(const CallPtr& call, const Admission& admission) {
    auto pause = kLookAgain;
    if (admission.not_before) {
        const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
            clock_.Now().time_since_epoch());
        const auto micros = std::chrono::microseconds(*admission.not_before) - now;
        pause = std::max(std::chrono::ceil<std::chrono::milliseconds>(micros), pause / 100);
    }
    const auto when = Clock::now() + pause;
    if (when - call->asked > settings_.wait_max) {
        LeaveSlot();
        call->reply.not_before = admission.not_before;
        return Finish(call, Reply::Kind::kRefused, admission.reason);
    }
    if (!admission.reason.starts_with("installation_")) {
        LeaveSlot();
        return Park(call, when);
    }
    PutBack(call);
    const std::lock_guard lock(mutex_);
    open_from_ = std::max(open_from_, when);
}

http::ClientRequest Gateway::RequestFor(const Call& call) const {
    http::ClientRequest request;
    request.method = "POST";
    request.url = UrlOf(settings_);
    request.timeout = settings_.timeout;
    request.headers = {{"Content-Type", "application/json"},
                       {"X-Client-Request-Id", call.reply.call.ToString()}};
    if (settings_.api_version.empty()) {
        request.headers.emplace_back("Authorization", "Bearer " + settings_.api_key.Reveal());
    } else {
        request.headers.emplace_back("api-key", settings_.api_key.Reveal());
    }
    request.body = EncodeChatRequest(call.question.chat);
    return request;
}

void Gateway::Send(const CallPtr& call) {
    ++call->reply.attempts;
    call->question.chat.format =
        knows_schemas_ ? AnswerFormat::kJsonSchema : AnswerFormat::kJsonObject;
    call->began = Clock::now();
    {
        const std::lock_guard lock(mutex_);
        retries_.CountCall();
    }
    client_.Start(RequestFor(*call), [this, call](http::ClientAnswer answer) {
        LeaveSlot();  // before it is booked: the next may go
        StartPump();
        auto received = std::make_shared<http::ClientAnswer>(std::move(answer));
        workers_.Do([this, call, received](pg::Connection& warehouse) {
            Book(warehouse, call, *received);
        });
    });
}

// Books the attempt, whatever came of it.
void Gateway::Book(pg::Connection& warehouse, const CallPtr& call,
                   const http::ClientAnswer& received) {
    const ChatAnswer answer = ReadChatAnswer(received, clock_.Now());
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - call->began);
    call->reply.cost += Settle(warehouse, call->question.tenant, call->reply.call,
                               EndOf(received, answer, took));
    call->reply.took += took;
    if (answer.usage) {
        call->reply.usage.input_tokens += answer.usage->input_tokens;
        call->reply.usage.cached_input_tokens += answer.usage->cached_input_tokens;
        call->reply.usage.output_tokens += answer.usage->output_tokens;
    }
    Report(*call, answer);
    Follow(call, answer);
}

// What the attempt says about the provider.
void Gateway::Report(const Call& call, const ChatAnswer& answer) {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    const auto state = breaker_.state();
    if (CountsForBreaker(answer)) {
        breaker_.Failed(now);
    } else {
        breaker_.Succeeded();
    }
    if (answer.fault == "http_429" && answer.pace.retry_after) {
        open_from_ = std::max(open_from_, now + *answer.pace.retry_after);
    }
    const Question& question = call.question;
    open_from_ = std::max(open_from_, now + PauseOf(answer.pace, question.input_tokens +
                                                                     question.chat.output_tokens_max));
    if (breaker_.state() == state) return;
    const bool open = breaker_.state() == Breaker::State::kOpen;
    log_.Warning(open ? "llm.breaker_open" : "llm.breaker_closed",
                 {{"tenant_id", call.question.tenant.value()}, {"fault", answer.fault}});
}

// The reply, or the next attempt.
void Gateway::Follow(const CallPtr& call, const ChatAnswer& answer) {
    if (answer.fault.empty()) {
        call->reply.content = answer.content;
        return Finish(call, Reply::Kind::kAnswered, "");
    }
    if (answer.format_refused && call->question.chat.format == AnswerFormat::kJsonSchema) {
        knows_schemas_ = false;
        return Park(call, Clock::now());
    }
    std::optional<std::chrono::milliseconds> delay;
    {
        const std::lock_guard lock(mutex_);
        const double chance = std::uniform_real_distribution<double>(0, 1)(random_);
        if (answer.may_retry && call->reply.attempts < settings_.attempts_max && retries_.Take()) {
            delay = RetryDelay(call->reply.attempts, chance, answer.pace.retry_after);
        }
    }
    if (!delay) return Finish(call, Reply::Kind::kFailed, answer.fault);
    Park(call, Clock::now() + *delay);
}

void Gateway::Finish(const CallPtr& call, Reply::Kind kind, std::string cause) {
    call->reply.kind = kind;
    call->reply.cause = std::move(cause);
    call->on_reply(std::move(call->reply));
    StartPump();
    // The last thing of a call: the gateway may be gone after it.
    const std::lock_guard lock(mutex_);
    if (--open_calls_ == 0) all_done_.notify_all();
}

}  // namespace geniai::llm
