#include "http/server.h"

#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
// Asio adds memory fences, which the thread sanitizer does not model, to locks, which it does.
#pragma GCC diagnostic ignored "-Wtsan"
#endif

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <condition_variable>
#include <fcntl.h>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "http/compression.h"
#include "http/response_head.h"
#include "http/target.h"

namespace geniai::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kReadSize = 16 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
// How long a refused client may still send before the connection is cut. Without it the kernel
// answers the unread bytes by a reset, which can overtake the refusal.
constexpr std::chrono::seconds kLingerTimeout{2};
// Out of file descriptors or memory: the listener tries again after this.
constexpr std::chrono::milliseconds kAcceptRetry{100};
constexpr std::string_view kRetryAfterSeconds = "1";

}  // namespace

// The parts of a server that nobody else sees. Not unnamed, because Server::Core has members of
// these types, and in a unity build the compiler takes server.cc for a header of the batch.
namespace server_parts {

// Beast's parser, filling our Request. Fields after a chunked body (trailers) are dropped.
class RequestParser final : public beast::http::basic_parser<true> {
public:
    Request request;
    std::string target;
    int version = 11;

    RequestParser(std::size_t header_max, std::size_t body_max) {
        header_limit(static_cast<std::uint32_t>(header_max));
        body_limit(body_max);
        eager(true);
    }

private:
    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view raw,
                         int http_version, error_code&) override {
        request.method.assign(method.data(), method.size());
        target.assign(raw.data(), raw.size());
        version = http_version;
    }
    void on_response_impl(int, beast::string_view, int, error_code&) override {}
    void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                       error_code&) override {
        if (!is_header_done()) request.headers.emplace_back(name, value);
    }
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(beast::string_view piece, error_code&) override {
        request.body.append(piece.data(), piece.size());
        return piece.size();
    }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view piece,
                                   error_code& failure) override {
        return on_body_impl(piece, failure);
    }
    void on_finish_impl(error_code&) override {}
};

namespace {

int StatusOfParseError(const error_code& failure) {
    if (failure == beast::http::error::header_limit) return 431;
    if (failure == beast::http::error::body_limit) return 413;
    return 400;
}

// What is wrong with a request whose header is there, as a status; 0 if nothing.
int CheckHeader(const RequestParser& parser) {
    const Request& request = parser.request;
    const auto hosts =
        std::count_if(request.headers.begin(), request.headers.end(),
                      [](const auto& header) { return SameIgnoringCase(header.first, "Host"); });
    if (hosts > 1 || (hosts == 0 && parser.version >= 11)) return 400;
    // Beast takes a coding that it does not know for no body at all, and would read the body as the
    // next request.
    if (request.Header("Transfer-Encoding") && !parser.chunked()) return 501;
    const auto expectation = request.Header("Expect");
    if (expectation && !SameIgnoringCase(*expectation, "100-continue")) return 417;
    return 0;
}

}  // namespace

// Threads that run handlers, with a limit on the requests that wait for one.
class WorkQueue {
public:
    WorkQueue(int threads, int queue_max)
        : pending_max_(threads + queue_max), pool_(static_cast<std::size_t>(threads)) {}

    // False if too much waits already. Work that is still waiting when Abandon is called is
    // dropped.
    template <typename Work>
    bool TryPost(Work work) {
        if (pending_.fetch_add(1) >= pending_max_) {
            pending_.fetch_sub(1);
            return false;
        }
        asio::post(pool_, [this, work = std::move(work)]() mutable {
            if (!abandoned_) work();
            pending_.fetch_sub(1);
        });
        return true;
    }

    void Abandon() { abandoned_ = true; }
    void Join() { pool_.join(); }

private:
    const int pending_max_;
    std::atomic<int> pending_ = 0;
    std::atomic<bool> abandoned_ = false;
    asio::thread_pool pool_;
};

class Connection;

// The connections that are alive.
class ConnectionRegistry {
public:
    explicit ConnectionRegistry(std::function<void()> on_removed)
        : on_removed_(std::move(on_removed)) {}

    void Add(const std::shared_ptr<Connection>& connection) {
        const std::lock_guard lock(mutex_);
        connections_.emplace(connection.get(), connection);
    }

    void Remove(Connection* connection) {
        {
            const std::lock_guard lock(mutex_);
            connections_.erase(connection);
            if (connections_.empty()) emptied_.notify_all();
        }
        on_removed_();
    }

    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return connections_.size();
    }

    std::vector<std::shared_ptr<Connection>> List() const {
        const std::lock_guard lock(mutex_);
        std::vector<std::shared_ptr<Connection>> alive;
        for (const auto& [key, connection] : connections_) {
            if (auto locked = connection.lock()) alive.push_back(std::move(locked));
        }
        return alive;
    }

    // False if some are left after `timeout`.
    bool WaitUntilEmpty(std::chrono::milliseconds timeout) const {
        std::unique_lock lock(mutex_);
        return emptied_.wait_for(lock, timeout, [this] { return connections_.empty(); });
    }

private:
    const std::function<void()> on_removed_;
    mutable std::mutex mutex_;
    mutable std::condition_variable emptied_;
    std::unordered_map<Connection*, std::weak_ptr<Connection>> connections_;  // guarded by mutex_
};

// What the connections of a server share; outlives them.
struct ConnectionContext {
    const Server::Settings& settings;
    const Handler& handler;
    const std::atomic<bool>& stopping;
    ConnectionRegistry& registry;
    WorkQueue& work;
};

// One client. Lives as long as an operation on it is under way. Everything runs on its strand, but
// for RunHandler, during which the strand leaves request_ and failure_ alone.
//
//   kIdle ─ first byte → kReading ─ all read → kHandling → kWriting ─ keep-alive → kIdle
//                            └─ refused → kWriting → kLingering → closed
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(const ConnectionContext& context, tcp::socket socket)
        : context_(context),
          executor_(socket.get_executor()),
          socket_(std::move(socket)),
          deadline_(executor_) {}
    ~Connection() { context_.registry.Remove(this); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // The three are for any thread.
    void Start() { Post(&Connection::Open); }
    void FinishSoon() { Post(&Connection::CloseUnlessAnswering); }  // once the server is stopping
    void Cut() { Post(&Connection::Close); }

private:
    enum class State { kIdle, kReading, kHandling, kWriting, kLingering };

    void Post(void (Connection::*step)());
    void Open();
    void CloseUnlessAnswering();
    void Close();

    void AwaitRequest();
    void BeginReading();
    void Read();
    void OnRead(const error_code& failure, std::size_t bytes);
    void ParseInput();
    void ReadOn();
    bool TakeRequest();
    void Dispatch();
    void RunHandler();
    Response Produce();

    void Refuse(int status);
    void Answer(Response response, KeepAlive keep_alive);
    void Write();
    void OnWritten(const error_code& failure, std::size_t bytes);
    void Report() const;
    void Linger();
    void Discard();

    void Arm(std::chrono::milliseconds timeout);
    void Disarm() { deadline_.expires_at(SteadyClock::time_point::max()); }
    void OnDeadline();

    const ConnectionContext& context_;
    const tcp::socket::executor_type executor_;
    tcp::socket socket_;
    asio::steady_timer deadline_;
    std::string remote_address_;

    State state_ = State::kIdle;
    beast::flat_buffer input_;
    std::optional<RequestParser> parser_;
    SteadyClock::time_point began_at_;
    bool continue_sent_ = false;
    bool timed_out_ = false;  // while the request was read
    bool was_refused_ = false;

    Request request_;
    std::string failure_;
    Response response_;
    KeepAlive keep_alive_ = KeepAlive::kNo;
    std::string head_;
    std::string_view content_;
    std::size_t written_ = 0;  // of head_ and content_ together
};

void Connection::Post(void (Connection::*step)()) {
    asio::post(executor_, [self = shared_from_this(), step] { (self.get()->*step)(); });
}

void Connection::Open() {
    error_code failure;
    const auto peer = socket_.remote_endpoint(failure);
    if (failure) return Close();  // it left in the meantime
    const auto address = peer.address();
    const bool is_mapped = address.is_v6() && address.to_v6().is_v4_mapped();
    remote_address_ =
        is_mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string()
                  : address.to_string();
    socket_.set_option(tcp::no_delay(true), failure);
    AwaitRequest();
}

void Connection::CloseUnlessAnswering() {
    if (state_ != State::kHandling && state_ != State::kWriting) Close();
}

void Connection::Close() {
    error_code ignored;
    socket_.close(ignored);
    deadline_.cancel();
}

void Connection::AwaitRequest() {
    parser_.emplace(context_.settings.header_max, context_.settings.body_max);
    request_ = {};
    response_ = {};
    failure_.clear();
    continue_sent_ = false;
    timed_out_ = false;
    was_refused_ = false;
    state_ = State::kIdle;
    if (input_.size() > 0) {  // the client sent ahead
        BeginReading();
        return ParseInput();
    }
    Arm(context_.settings.idle_timeout);
    Read();
}

// From here on the whole request has to arrive in time, however many bytes trickle in.
void Connection::BeginReading() {
    state_ = State::kReading;
    began_at_ = SteadyClock::now();
    Arm(context_.settings.request_timeout);
}

void Connection::Read() {
    socket_.async_read_some(
        input_.prepare(kReadSize),
        [self = shared_from_this()](const error_code& failure, std::size_t bytes) {
            self->OnRead(failure, bytes);
        });
}

void Connection::OnRead(const error_code& failure, std::size_t bytes) {
    if (timed_out_) return Refuse(408);
    if (failure) return Close();
    input_.commit(bytes);
    if (state_ == State::kIdle) BeginReading();
    ParseInput();
}

void Connection::ParseInput() {
    error_code failure;
    input_.consume(parser_->put(input_.data(), failure));
    if (failure && failure != beast::http::error::need_more) {
        return Refuse(StatusOfParseError(failure));
    }
    if (parser_->is_header_done()) {
        if (const int status = CheckHeader(*parser_)) return Refuse(status);
    }
    if (parser_->is_done()) return Dispatch();
    // The parser leaves in the buffer what it cannot yet take, such as half a line; it limits the
    // header, but not the line before a chunk.
    if (input_.size() > context_.settings.header_max + kReadSize) return Refuse(400);
    ReadOn();
}

void Connection::ReadOn() {
    const bool wants_continue = parser_->is_header_done() && parser_->version >= 11 &&
                                parser_->request.Header("Expect").has_value();
    if (!wants_continue || continue_sent_) return Read();
    continue_sent_ = true;
    // A socket whose send buffer is empty takes 25 bytes at once or is broken.
    socket_.async_write_some(asio::buffer(kContinue),
                             [self = shared_from_this()](const error_code& failure, std::size_t) {
                                 if (failure) return self->Close();
                                 self->Read();
                             });
}

// Moves what was read into request_; false if the target is not right.
bool Connection::TakeRequest() {
    request_ = std::move(parser_->request);
    request_.remote_address = remote_address_;
    auto target = ParseTarget(parser_->target);
    if (!target) return false;
    request_.path = std::move(target->path);
    request_.query = std::move(target->query);
    return true;
}

void Connection::Dispatch() {
    if (!TakeRequest()) return Refuse(400);
    Disarm();
    state_ = State::kHandling;
    const bool is_posted =
        context_.work.TryPost([self = shared_from_this()] { self->RunHandler(); });
    if (is_posted) return;
    Response busy = PlainText(503, "too many requests are waiting; try again soon");
    busy.headers.emplace_back("Retry-After", kRetryAfterSeconds);
    Answer(std::move(busy), KeepAlive::kYes);
}

void Connection::RunHandler() {
    asio::post(executor_, [self = shared_from_this(), response = Produce()]() mutable {
        self->Answer(std::move(response), KeepAlive::kYes);
    });
}

Response Connection::Produce() {
    try {
        Response response = context_.handler(request_);
        if (IsSendable(response)) {
            CompressIfItPays(request_, response);
            return response;
        }
        failure_ = "the handler gave a status or header that cannot be sent";
    } catch (const base::Error& error) {
        failure_ = error.what() + (error.detail().empty() ? "" : ": " + error.detail());
    } catch (const std::exception& error) {
        failure_ = error.what();
    } catch (...) {
        failure_ = "an exception of an unknown type";
    }
    return PlainText(500, ReasonPhrase(500));
}

// Answers a request that could not be read, after which the connection is of no more use.
void Connection::Refuse(int status) {
    was_refused_ = true;
    if (request_.method.empty()) TakeRequest();  // for the log
    Answer(PlainText(status, ReasonPhrase(status)), KeepAlive::kNo);
}

void Connection::Answer(Response response, KeepAlive keep_alive) {
    response_ = std::move(response);
    head_.clear();
    content_ = {};
    written_ = 0;
    if (!socket_.is_open()) return Report();  // cut while the handler ran

    const bool stays = keep_alive == KeepAlive::kYes && parser_->keep_alive() && !context_.stopping;
    keep_alive_ = stays ? KeepAlive::kYes : KeepAlive::kNo;
    const auto now = std::chrono::system_clock::to_time_t(base::SystemClock().Now());
    head_ = EncodeHead(response_, {keep_alive_, parser_->version % 10, now});
    const bool has_body = request_.method != "HEAD" && !HasNoBody(response_.status);
    if (has_body) content_ = response_.content();
    state_ = State::kWriting;
    Write();
}

void Connection::Write() {
    Arm(context_.settings.request_timeout);
    const std::size_t content_written = written_ - std::min(written_, head_.size());
    const std::array<asio::const_buffer, 2> rest{asio::buffer(head_) + written_,
                                                 asio::buffer(content_) + content_written};
    socket_.async_write_some(
        rest, [self = shared_from_this()](const error_code& failure, std::size_t bytes) {
            self->OnWritten(failure, bytes);
        });
}

void Connection::OnWritten(const error_code& failure, std::size_t bytes) {
    written_ += bytes;
    if (!failure && written_ < head_.size() + content_.size()) return Write();
    Report();
    if (failure) return Close();
    if (was_refused_) return Linger();
    if (keep_alive_ == KeepAlive::kNo || context_.stopping) return Close();
    AwaitRequest();
}

void Connection::Report() const {
    if (!context_.settings.on_request_done) return;
    RequestDone done;
    done.method = request_.method;
    done.path = request_.path;
    done.status = response_.status;
    done.bytes = written_ - std::min(written_, head_.size());
    done.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - began_at_);
    done.failure = failure_;
    context_.settings.on_request_done(done);
}

void Connection::Linger() {
    state_ = State::kLingering;
    if (context_.stopping) return Close();
    error_code failure;
    socket_.shutdown(tcp::socket::shutdown_send, failure);
    if (failure) return Close();
    Arm(kLingerTimeout);
    Discard();
}

void Connection::Discard() {
    input_.clear();
    socket_.async_read_some(input_.prepare(kReadSize),
                            [self = shared_from_this()](const error_code& failure, std::size_t) {
                                if (failure) return self->Close();
                                self->Discard();
                            });
}

void Connection::Arm(std::chrono::milliseconds timeout) {
    deadline_.expires_after(timeout);
    deadline_.async_wait([weak = weak_from_this()](const error_code& failure) {
        if (failure) return;
        if (const auto self = weak.lock()) self->OnDeadline();
    });
}

void Connection::OnDeadline() {
    // A deadline can be moved after it has passed and before this runs.
    if (deadline_.expiry() > SteadyClock::now()) return;
    if (state_ != State::kReading) return Close();
    timed_out_ = true;
    socket_.cancel();
}

}  // namespace server_parts

namespace {

void RefuseNonsense(const Server::Settings& settings) {
    const bool is_sound = settings.handler_threads > 0 && settings.io_threads > 0 &&
                          settings.connections_max > 0 && settings.handler_queue_max >= 0 &&
                          settings.header_max > 0 && settings.body_max > 0 &&
                          settings.idle_timeout.count() > 0 && settings.request_timeout.count() > 0;
    if (is_sound) return;
    throw base::Error(base::ErrorCode::kInvalidSettings,
                      "the web server's limits and time-outs must be above zero");
}

// The server's sockets stay its own: a child process that inherited one would keep the port.
void CloseOnExec(int descriptor) {
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

[[noreturn]] void ThrowListenError(const Server::Settings& settings, const error_code& failure) {
    using boost::system::errc::errc_t;
    const std::string where = "port " + std::to_string(settings.port) + " on " + settings.address;
    if (failure == errc_t::address_in_use) {
        throw base::Error(base::ErrorCode::kFailed,
                          where + " is already in use; choose another port");
    }
    if (failure == errc_t::address_not_available) {
        throw base::Error(base::ErrorCode::kInvalidSettings,
                          settings.address + " is not an address of this machine");
    }
    throw base::Error(base::ErrorCode::kFailed,
                      "cannot listen on " + where + ": " + failure.message());
}

tcp::endpoint ParseEndpoint(const Server::Settings& settings) {
    error_code failure;
    const auto address = asio::ip::make_address(settings.address, failure);
    if (!failure) return {address, settings.port};
    throw base::Error(
        base::ErrorCode::kInvalidSettings,
        "cannot listen on \"" + settings.address + "\": give an IP address, for example 127.0.0.1");
}

void Listen(tcp::acceptor& acceptor, const Server::Settings& settings) {
    const tcp::endpoint endpoint = ParseEndpoint(settings);
    error_code failure;
    acceptor.open(endpoint.protocol(), failure);
    if (!failure) CloseOnExec(acceptor.native_handle());
    if (!failure) acceptor.set_option(asio::socket_base::reuse_address(true), failure);
    if (!failure) acceptor.bind(endpoint, failure);
    if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (failure) ThrowListenError(settings, failure);
}

}  // namespace

// The listener and the threads. Accepting runs on a strand of its own.
class Server::Core {
public:
    Core(Settings settings, Handler handler)
        : settings_(std::move(settings)),
          handler_(std::move(handler)),
          registry_([this] { ResumeAccept(); }),
          io_(settings_.io_threads),
          acceptor_(asio::make_strand(io_)),
          accept_retry_(acceptor_.get_executor()) {
        RefuseNonsense(settings_);
        Listen(acceptor_, settings_);
        port_ = acceptor_.local_endpoint().port();
    }

    std::uint16_t port() const { return port_; }
    void Start();
    void Stop();

private:
    void Accept();
    void OnAccept(const error_code& failure, tcp::socket socket);
    void ResumeAccept();
    void StopAccepting();
    void AwaitAnswers();

    const Settings settings_;
    const Handler handler_;
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> accept_paused_ = false;    // too many connections
    server_parts::ConnectionRegistry registry_;  // outlives the connections that io_ holds
    std::optional<server_parts::ConnectionContext> context_;
    asio::io_context io_;
    tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    asio::steady_timer accept_retry_;
    std::optional<server_parts::WorkQueue> work_;
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> keep_running_;
    std::vector<std::thread> io_threads_;
    std::mutex stop_mutex_;
};

void Server::Core::Start() {
    work_.emplace(settings_.handler_threads, settings_.handler_queue_max);
    context_.emplace(
        server_parts::ConnectionContext{settings_, handler_, stopping_, registry_, *work_});
    keep_running_.emplace(io_.get_executor());
    asio::post(acceptor_.get_executor(), [this] { Accept(); });
    for (int made = 0; made < settings_.io_threads; ++made) {
        io_threads_.emplace_back([this] { io_.run(); });
    }
}

void Server::Core::Accept() {
    if (stopping_) return;
    // The flag first, the count second: a connection that ends in between either is no longer
    // counted here, or finds the flag and wakes us.
    accept_paused_ = true;
    if (registry_.size() >= static_cast<std::size_t>(settings_.connections_max)) return;
    accept_paused_ = false;
    acceptor_.async_accept(asio::make_strand(io_),
                           [this](const error_code& failure, tcp::socket socket) {
                               OnAccept(failure, std::move(socket));
                           });
}

void Server::Core::OnAccept(const error_code& failure, tcp::socket socket) {
    if (stopping_) return;
    if (failure) {
        accept_retry_.expires_after(kAcceptRetry);
        accept_retry_.async_wait([this](const error_code& aborted) {
            if (!aborted) Accept();
        });
        return;
    }
    CloseOnExec(socket.native_handle());
    const auto connection =
        std::make_shared<server_parts::Connection>(*context_, std::move(socket));
    registry_.Add(connection);
    connection->Start();
    Accept();
}

// Called by connections that end, on any thread.
void Server::Core::ResumeAccept() {
    if (!accept_paused_ || stopping_) return;
    asio::post(acceptor_.get_executor(), [this] {
        if (accept_paused_) Accept();
    });
}

// Nobody is accepted after this, so that the list of connections is complete when it is walked.
void Server::Core::StopAccepting() {
    error_code ignored;
    acceptor_.close(ignored);
    accept_retry_.cancel();
    for (const auto& connection : registry_.List())
        connection->FinishSoon();
}

void Server::Core::AwaitAnswers() {
    std::promise<void> stopped;
    asio::post(acceptor_.get_executor(), [this, &stopped] {
        StopAccepting();
        stopped.set_value();
    });
    stopped.get_future().wait();
    if (registry_.WaitUntilEmpty(settings_.stop_timeout)) return;
    work_->Abandon();
    for (const auto& connection : registry_.List())
        connection->Cut();
}

void Server::Core::Stop() {
    const std::lock_guard lock(stop_mutex_);
    if (stopping_.exchange(true)) return;
    if (io_threads_.empty()) return;  // never started: the destructor closes the listener
    AwaitAnswers();
    work_->Join();
    keep_running_.reset();
    io_.stop();
    for (auto& thread : io_threads_)
        thread.join();
}

Server::Server(Settings settings, Handler handler)
    : core_(std::make_unique<Core>(std::move(settings), std::move(handler))) {}

Server::~Server() {
    core_->Stop();
}

std::uint16_t Server::port() const {
    return core_->port();
}

void Server::Start() {
    core_->Start();
}

void Server::Stop() {
    core_->Stop();
}

}  // namespace geniai::http
