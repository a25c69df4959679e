#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/message.h"

namespace geniai::http {

// One answered request, for the access log and the metrics.
struct RequestDone {
    std::string method;  // "" with the path if the request could not be read that far
    std::string path;    // decoded, without the query (which may hold what a log must not)
    int status = 0;
    std::size_t bytes = 0;                  // of the body, as sent
    std::chrono::microseconds duration{0};  // first byte in to last byte out
    std::string failure;                    // what an exception out of the handler said; "" if none
};

// An HTTP/1.1 server. Sockets live on I/O threads, handlers run on threads of their own and may
// block. One request at a time a connection; further ones on it wait in the socket.
//
// What cannot be read is answered by the server itself in plain text: 400, 408, 413, 417, 431, 501;
// so is 503 when too many requests wait for a handler, and 500 when a handler throws.
class Server {
public:
    struct Settings {
        std::string address = "127.0.0.1";  // an IP address
        std::uint16_t port = 0;             // 0: any that is free
        int handler_threads = 8;
        int io_threads = 1;
        std::size_t body_max = std::size_t{1} << 20;
        std::size_t header_max = std::size_t{16} << 10;  // request line, and headers, each
        std::chrono::milliseconds idle_timeout = std::chrono::seconds{30};  // between requests
        // For a whole request to arrive; and for the next piece of an answer to be taken.
        std::chrono::milliseconds request_timeout = std::chrono::seconds{30};
        // How long Stop lets running requests be answered.
        std::chrono::milliseconds stop_timeout = std::chrono::seconds{10};
        int connections_max = 1024;   // beyond, a client waits in the listen queue
        int handler_queue_max = 256;  // requests that wait for a handler thread; beyond → 503
        // Called on an I/O thread after each answer, whether or not the client stayed to read it.
        // Must not block and not throw.
        std::function<void(const RequestDone&)> on_request_done;
    };

    // Binds and listens at once; clients are served from Start on. Throws base::Error: kFailed if
    // the port is taken or not allowed, kInvalidSettings if the address is none.
    Server(Settings settings, Handler handler);
    ~Server();  // stops
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;

    // Makes the threads. Once.
    void Start();

    // Stops accepting, closes idle connections, answers what runs or waits for a handler, and joins
    // the threads. After `stop_timeout` the connections are cut and waiting requests dropped, but a
    // handler that still runs is waited for. Not from a handler. A second call does nothing.
    void Stop();

private:
    class Core;
    std::unique_ptr<Core> core_;
};

}  // namespace geniai::http
