#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace geniai::http {

// A part of a form, as multipart/form-data has it.
struct FormPart {
    std::string name;
    std::string text;
    std::string path;       // a file that is sent instead of the text, as it is read
    std::string file_name;  // what the server is told that it is called
};

// One request to another server.
struct ClientRequest {
    std::string method = "GET";
    std::string url;  // "http://127.0.0.1:8504/api/me"
    Fields headers;
    std::string body;
    std::vector<FormPart> form{};  // instead of a body
    std::chrono::milliseconds timeout{30'000};  // of the whole, from the connection to the last byte
    std::size_t body_bytes_max = std::size_t{16} << 20;  // of the answer
    // Takes the body of an answer of status 200 piece by piece, of whatever size; it is not kept. Throws
    // nothing.
    std::function<void(std::string_view piece)> on_body{};
};

enum class ClientFailure {
    kTimeout,
    kTooLarge,  // the answer
    kBroken,    // no connection, or one that ended too early
};

// What came of a request.
struct ClientAnswer {
    std::optional<ClientFailure> failure;  // nothing: a whole answer, of whatever status
    std::string message;                   // of the failure
    bool was_sent = false;                 // the server may have seen the request
    Response response;                     // what there is of it
};

// Sends it and waits for the answer, of whatever status; redirects are not followed. Throws
// base::Error(kFailed) when there is no answer.
Response Send(const ClientRequest& request);

// Many requests in flight on one thread of its own: HTTP/2 where the server speaks it, connections kept
// alive, TLS verified.
class Client {
public:
    struct Settings {
        int connections_max = 500;   // one per request in flight by HTTP/1
        std::string ca_file;         // empty: the system's
    };
    using OnAnswer = std::function<void(ClientAnswer)>;

    explicit Client(Settings settings);
    // Ends what is in flight: every `on_answer` has been called when it returns.
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Calls `on_answer` once, on the client's thread: it must be quick, and throw nothing. Thread-safe.
    void Start(ClientRequest request, OnAnswer on_answer);

private:
    class Loop;
    std::unique_ptr<Loop> loop_;
};

}  // namespace geniai::http
