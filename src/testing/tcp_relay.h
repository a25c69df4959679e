#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "pg/connection.h"

namespace geniai::testing {

// A network between a client and a server that a test can break: listens on a free port of the
// loopback, connects each client to the target and carries the bytes, on a thread of its own. The
// methods may be called from any thread and work on all connections, those that come later
// included.
class TcpRelay {
public:
    explicit TcpRelay(std::string unix_socket_path);
    TcpRelay(std::string host, int port);  // an IPv4 address
    ~TcpRelay();
    TcpRelay(const TcpRelay&) = delete;
    TcpRelay& operator=(const TcpRelay&) = delete;

    int port() const { return port_; }

    // Swallows nothing and carries nothing: bytes pile up, connections stay open, new ones are
    // accepted and hear nothing. Returns when no byte moves any more.
    void Stall();
    void Resume();

    // Ends every connection, as a network does: with a reset. New ones are carried again.
    void CutAll();
    // Does that once, when so many more bytes have been carried in either direction.
    void CutAfterBytes(std::uint64_t bytes);

    // Each byte arrives so much later.
    void SetDelay(std::chrono::milliseconds delay);

    // How many connections have been accepted, and how many bytes carried to the client, so far.
    int connections() const;
    std::uint64_t bytes_to_client() const;

private:
    class Worker;

    std::unique_ptr<Worker> worker_;
    int port_ = 0;
    std::thread thread_;
};

// The same database, reached over a relay that stands before the server of `settings`, whose URL is
// of key='value' pairs (as a TestDatabase's is).
pg::ConnectionSettings Through(const TcpRelay& relay, pg::ConnectionSettings settings);
// Where the server of `settings` listens, when it is on a unix socket.
std::string SocketPath(const pg::ConnectionSettings& settings);

}  // namespace geniai::testing
