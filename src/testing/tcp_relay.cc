#include "testing/tcp_relay.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "base/secret.h"

namespace geniai::testing {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// Small, so that a stalled relay holds little and its clients feel it soon.
constexpr int kSocketBufferBytes = 64 * 1024;
constexpr std::size_t kHeldBytesMax = std::size_t{256} * 1024;

[[noreturn]] void ThrowSystem(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

class Socket {
public:
    explicit Socket(int fd = -1) : fd_(fd) {}
    ~Socket() {
        if (fd_ >= 0) close(fd_);
    }
    Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Socket& operator=(Socket&&) = delete;
    int fd() const { return fd_; }

private:
    int fd_;
};

void MakeNonblocking(int fd) {
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// The next close() of the socket is a reset.
void ResetOnClose(int fd) {
    const linger at_once{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

Socket Dial(const sockaddr* address, socklen_t size) {
    Socket socket(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (connect(socket.fd(), address, size) != 0) return Socket();
    MakeNonblocking(socket.fd());
    return socket;
}

sockaddr_in Loopback(const std::string& host, int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
        throw std::invalid_argument("not an IPv4 address: " + host);
    }
    return address;
}

// One direction of one connection.
struct Lane {
    struct Chunk {
        std::string bytes;
        SteadyTime due;
    };
    std::deque<Chunk> held;
    std::size_t held_bytes = 0;
    bool source_ended = false;
    bool ended = false;
};

struct Link {
    Socket client;
    Socket server;
    Lane up;    // client to server
    Lane down;  // server to client
    bool broken = false;
};

}  // namespace

// All that the thread works on. Everything but the constants is guarded by `mutex_`; the thread
// holds it except while it waits for sockets.
class TcpRelay::Worker {
public:
    Worker(std::string unix_socket_path, std::string host, int port)
        : unix_socket_path_(std::move(unix_socket_path)),
          host_(std::move(host)),
          target_port_(port),
          listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
          waker_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        const sockaddr_in address = Loopback("127.0.0.1", 0);
        // Before listen(): accepted sockets inherit it.
        setsockopt(listener_.fd(), SOL_SOCKET, SO_RCVBUF, &kSocketBufferBytes,
                   sizeof kSocketBufferBytes);
        if (bind(listener_.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
                0 ||
            listen(listener_.fd(), 16) != 0) {
            ThrowSystem("a relay cannot listen");
        }
        MakeNonblocking(listener_.fd());
    }

    int Port() const {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        getsockname(listener_.fd(), reinterpret_cast<sockaddr*>(&address), &size);
        return ntohs(address.sin_port);
    }

    // Lets the thread see a change that `change` makes; returns when it has.
    template <class Change>
    void Apply(const Change& change) {
        std::unique_lock lock(mutex_);
        change(*this);
        const std::uint64_t seen = rounds_ + 1;
        Wake();
        round_done_.wait(lock, [&] { return rounds_ >= seen || stopped; });
    }

    template <class Value>
    Value Read(const Value Worker::*member) const {
        const std::lock_guard lock(mutex_);
        return this->*member;
    }

    void Run() {
        std::unique_lock lock(mutex_);
        while (!stopped) {
            std::vector<pollfd> sockets = Interests();
            const int timeout = WaitMs();
            lock.unlock();
            poll(sockets.data(), sockets.size(), timeout);
            lock.lock();
            std::uint64_t ignored = 0;
            [[maybe_unused]] const auto taken = read(waker_.fd(), &ignored, sizeof ignored);
            Step();
            ++rounds_;
            round_done_.notify_all();
        }
    }

    void CutAllNow() {
        for (Link& link : links_) link.broken = true;
        DropBroken();
    }

    bool stalled = false;
    bool stopped = false;
    std::chrono::milliseconds delay{0};
    std::optional<std::uint64_t> cut_after_bytes;
    int connections = 0;
    std::uint64_t bytes_to_client = 0;

private:
    void Wake() {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto sent = write(waker_.fd(), &one, sizeof one);
    }

    std::vector<pollfd> Interests() const {
        std::vector<pollfd> sockets{{waker_.fd(), POLLIN, 0}};
        if (stalled) return sockets;
        sockets.push_back({listener_.fd(), POLLIN, 0});
        for (const Link& link : links_) {
            sockets.push_back(Interest(link.client.fd(), link.up, link.down));
            sockets.push_back(Interest(link.server.fd(), link.down, link.up));
        }
        return sockets;
    }

    static pollfd Interest(int fd, const Lane& from, const Lane& to) {
        short events = 0;
        if (!from.source_ended && from.held_bytes < kHeldBytesMax) events |= POLLIN;
        if (IsDue(to)) events |= POLLOUT;
        // A socket whose other end is gone would wake the thread again and again.
        return {events == 0 ? -1 : fd, events, 0};
    }

    static bool IsDue(const Lane& lane) {
        return !lane.held.empty() && lane.held.front().due <= std::chrono::steady_clock::now();
    }

    // Until the next delayed chunk is due.
    int WaitMs() const {
        if (stalled) return -1;
        std::int64_t wait_ms = -1;
        const auto now = std::chrono::steady_clock::now();
        for (const Link& link : links_) {
            for (const Lane* lane : {&link.up, &link.down}) {
                if (lane->held.empty() || lane->held.front().due <= now) continue;
                const auto left = std::chrono::ceil<std::chrono::milliseconds>(
                    lane->held.front().due - now);
                wait_ms = wait_ms < 0 ? left.count() : std::min(wait_ms, left.count());
            }
        }
        return static_cast<int>(wait_ms);
    }

    void Step() {
        if (stalled) return;
        Accept();
        for (Link& link : links_) {
            Carry(link, link.client.fd(), link.server.fd(), link.up);
            Carry(link, link.server.fd(), link.client.fd(), link.down);
            if (link.up.ended && link.down.ended) link.broken = true;
            if (cut_after_bytes == 0) break;
        }
        if (cut_after_bytes == 0) {
            cut_after_bytes.reset();
            CutAllNow();
        }
        DropBroken();
    }

    void Accept() {
        for (;;) {
            Socket client(accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
            if (client.fd() < 0) return;
            const int now = 1;
            setsockopt(client.fd(), IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
            Socket server = DialTarget();
            if (server.fd() < 0) {
                ResetOnClose(client.fd());
                continue;
            }
            ++connections;
            links_.push_back(Link{std::move(client), std::move(server), {}, {}});
        }
    }

    Socket DialTarget() const {
        if (unix_socket_path_.empty()) {
            const sockaddr_in address = Loopback(host_, target_port_);
            return Dial(reinterpret_cast<const sockaddr*>(&address), sizeof address);
        }
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        unix_socket_path_.copy(address.sun_path, sizeof address.sun_path - 1);
        return Dial(reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }

    void Carry(Link& link, int from, int to, Lane& lane) {
        if (link.broken || lane.ended) return;
        Receive(link, from, lane);
        while (IsDue(lane) && !link.broken) {
            if (!SendFront(link, to, lane)) return;
        }
        if (lane.source_ended && lane.held.empty()) {
            shutdown(to, SHUT_WR);
            lane.ended = true;
        }
    }

    void Receive(Link& link, int from, Lane& lane) {
        std::array<char, std::size_t{32} * 1024> buffer;
        while (!lane.source_ended && lane.held_bytes < kHeldBytesMax) {
            const ssize_t size = recv(from, buffer.data(), buffer.size(), 0);
            if (size < 0) {
                if (errno != EAGAIN && errno != EINTR) link.broken = true;
                return;
            }
            if (size == 0) {
                lane.source_ended = true;
                return;
            }
            lane.held.push_back({std::string(buffer.data(), static_cast<std::size_t>(size)),
                                 std::chrono::steady_clock::now() + delay});
            lane.held_bytes += static_cast<std::size_t>(size);
        }
    }

    // Sends what it can of the oldest chunk. False: nothing more can be sent now.
    bool SendFront(Link& link, int to, Lane& lane) {
        std::string& bytes = lane.held.front().bytes;
        std::size_t wanted = bytes.size();
        if (cut_after_bytes) wanted = std::min<std::size_t>(wanted, *cut_after_bytes);
        if (wanted == 0) return false;
        const ssize_t sent = send(to, bytes.data(), wanted, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno != EAGAIN && errno != EINTR) link.broken = true;
            return false;
        }
        const auto carried = static_cast<std::size_t>(sent);
        lane.held_bytes -= carried;
        if (&lane == &link.down) bytes_to_client += carried;
        if (cut_after_bytes) *cut_after_bytes -= carried;
        bytes.erase(0, carried);
        if (bytes.empty()) lane.held.pop_front();
        return true;
    }

    void DropBroken() {
        for (const Link& link : links_) {
            if (link.broken && !(link.up.ended && link.down.ended)) ResetOnClose(link.client.fd());
        }
        links_.remove_if([](const Link& link) { return link.broken; });
    }

    const std::string unix_socket_path_;
    const std::string host_;
    const int target_port_;
    const Socket listener_;
    const Socket waker_;
    mutable std::mutex mutex_;
    std::condition_variable round_done_;
    std::uint64_t rounds_ = 0;
    std::list<Link> links_;
};

TcpRelay::TcpRelay(std::string unix_socket_path)
    : worker_(std::make_unique<Worker>(std::move(unix_socket_path), "", 0)),
      port_(worker_->Port()),
      thread_([this] { worker_->Run(); }) {}

TcpRelay::TcpRelay(std::string host, int port)
    : worker_(std::make_unique<Worker>("", std::move(host), port)),
      port_(worker_->Port()),
      thread_([this] { worker_->Run(); }) {}

TcpRelay::~TcpRelay() {
    worker_->Apply([](Worker& worker) { worker.stopped = true; });
    thread_.join();
}

void TcpRelay::Stall() {
    worker_->Apply([](Worker& worker) { worker.stalled = true; });
}

void TcpRelay::Resume() {
    worker_->Apply([](Worker& worker) { worker.stalled = false; });
}

void TcpRelay::CutAll() {
    worker_->Apply([](Worker& worker) { worker.CutAllNow(); });
}

void TcpRelay::CutAfterBytes(std::uint64_t bytes) {
    worker_->Apply([bytes](Worker& worker) { worker.cut_after_bytes = bytes; });
}

void TcpRelay::SetDelay(std::chrono::milliseconds delay) {
    worker_->Apply([delay](Worker& worker) { worker.delay = delay; });
}

int TcpRelay::connections() const {
    return worker_->Read(&Worker::connections);
}

std::uint64_t TcpRelay::bytes_to_client() const {
    return worker_->Read(&Worker::bytes_to_client);
}

pg::ConnectionSettings Through(const TcpRelay& relay, pg::ConnectionSettings settings) {
    // A later word of the same name wins.
    settings.url = base::Secret(settings.url.Reveal() + " host=127.0.0.1 port=" +
                                std::to_string(relay.port()) + " sslmode=disable");
    return settings;
}

std::string SocketPath(const pg::ConnectionSettings& settings) {
    const pg::ConnectionTarget target = pg::ParseTarget(settings.url);
    const std::string port = target.port.empty() ? "5432" : target.port;
    return target.host + "/.s.PGSQL." + port;
}

}  // namespace geniai::testing
