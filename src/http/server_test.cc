#include "http/server.h"

#include <arpa/inet.h>
#include <atomic>
#include <condition_variable>
#include <gtest/gtest.h>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "base/error.h"

namespace geniai::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kPatience{20};  // far beyond what a healthy server takes, even under a sanitizer

struct Answer {
    int status = 0;
    std::string head;
    std::string body;

    bool Has(const std::string& line) const {
        return head.find("\r\n" + line + "\r\n") != std::string::npos;
    }
};

// A client that speaks bytes, so that it can also speak wrongly.
class Client {
public:
    explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("cannot connect");
        }
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // False if the server has closed the connection.
    bool Send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    void Get(const std::string& path, const std::string& more_headers = "") {
        Send("GET " + path + " HTTP/1.1\r\nHost: test\r\n" + more_headers + "\r\n");
    }

    // The next answer; status 0 if the connection ends before it is whole.
    Answer Read(bool has_body = true) {
        Answer answer;
        if (!ReadUntil("\r\n\r\n")) return answer;
        const auto head_size = input_.find("\r\n\r\n") + 4;
        answer.head = input_.substr(0, head_size);
        input_.erase(0, head_size);
        const std::string length_name = "\r\nContent-Length: ";
        const auto length_at = answer.head.find(length_name);
        std::size_t length = 0;
        if (length_at != std::string::npos && has_body) {
            length = std::stoul(answer.head.substr(length_at + length_name.size()));
        }
        while (input_.size() < length) {
            if (!ReadSome(kPatience)) return answer;
        }
        answer.body = input_.substr(0, length);
        input_.erase(0, length);
        answer.status = std::stoi(answer.head.substr(9, 3));
        return answer;
    }

    Answer Ask(const std::string& path, const std::string& more_headers = "") {
        Get(path, more_headers);
        return Read();
    }

    bool ReadUntil(std::string_view end) {
        while (input_.find(end) == std::string::npos) {
            if (!ReadSome(kPatience)) return false;
        }
        return true;
    }

    // True once the server has closed and sent nothing more.
    bool IsClosedCleanly() {
        while (ReadSome(kPatience)) {
        }
        return at_end_ && input_.empty();
    }

    bool HasNothingFor(milliseconds time) { return input_.empty() && !ReadSome(time) && !at_end_; }

    void StopSending() { ::shutdown(socket_, SHUT_WR); }
    int socket() const { return socket_; }

private:
    bool ReadSome(milliseconds patience) {
        pollfd ready{socket_, POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(patience.count())) != 1) return false;
        char bytes[16384];
        const ssize_t received = ::recv(socket_, bytes, sizeof bytes, 0);
        if (received <= 0) {
            at_end_ = received == 0;
            return false;
        }
        input_.append(bytes, static_cast<std::size_t>(received));
        return true;
    }

    int socket_;
    std::string input_;
    bool at_end_ = false;
};

// Holds handlers back until the test lets them go.
class Gate {
public:
    void Pass() {
        std::unique_lock lock(mutex_);
        ++arrived_;
        changed_.notify_all();
        changed_.wait_for(lock, kPatience, [this] { return is_open_; });
    }
    void Open() {
        const std::lock_guard lock(mutex_);
        is_open_ = true;
        changed_.notify_all();
    }
    bool WaitForArrivals(int count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kPatience, [&] { return arrived_ >= count; });
    }
    int arrived() {
        const std::lock_guard lock(mutex_);
        return arrived_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int arrived_ = 0;
    bool is_open_ = false;
};

Response Echo(const Request& request) {
    Response response;
    response.content_type = "text/plain";
    response.body = request.method + " " + request.path;
    for (const auto& [name, value] : request.query)
        response.body += " " + name + "=" + value;
    if (!request.body.empty()) response.body += " [" + request.body + "]";
    return response;
}

std::unique_ptr<Server> StartServer(Handler handler = Echo, Server::Settings settings = {}) {
    auto server = std::make_unique<Server>(std::move(settings), std::move(handler));
    server->Start();
    return server;
}

TEST(ServerTest, AnswersARequest) {
    const auto server = StartServer();
    Client client(server->port());
    const Answer answer = client.Ask("/a%20b?x=1+2");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /a b x=1 2");
    EXPECT_TRUE(answer.Has("Content-Type: text/plain"));
    EXPECT_NE(answer.head.find("\r\nDate: "), std::string::npos);
    EXPECT_EQ(answer.head.find("\r\nServer:"), std::string::npos);
}

TEST(ServerTest, TellsTheHandlerWhoAsks) {
    const auto server = StartServer([](const Request& request) {
        return PlainText(200, request.remote_address + std::string(*request.Cookie("session")));
    });
    Client client(server->port());
    EXPECT_EQ(client.Ask("/", "Cookie: a=b; session=s1\r\n").body, "127.0.0.1s1\n");
}

TEST(ServerTest, KeepsTheConnectionForFurtherRequests) {
    const auto server = StartServer();
    Client client(server->port());
    for (const std::string path : {"/1", "/2", "/3"}) {
        EXPECT_EQ(client.Ask(path).body, "GET " + path);
    }
}

TEST(ServerTest, ClosesWhenTheClientAsksForIt) {
    const auto server = StartServer();
    Client client(server->port());
    EXPECT_TRUE(client.Ask("/", "Connection: close\r\n").Has("Connection: close"));
    EXPECT_TRUE(client.IsClosedCleanly());
}

TEST(ServerTest, ServesClientsOfTheOldVersion) {
    const auto server = StartServer();
    Client once(server->port());
    once.Send("GET /old HTTP/1.0\r\n\r\n");
    EXPECT_EQ(once.Read().body, "GET /old");
    EXPECT_TRUE(once.IsClosedCleanly());

    Client twice(server->port());
    twice.Send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(twice.Read().Has("Connection: keep-alive"));
    twice.Send("GET /2 HTTP/1.0\r\n\r\n");
    EXPECT_EQ(twice.Read().body, "GET /2");
}

TEST(ServerTest, AnswersPipelinedRequestsInOrderAndOneAtATime) {
    std::atomic<int> running = 0;
    std::atomic<int> running_max = 0;
    const auto server = StartServer([&](const Request& request) {
        running_max = std::max(running_max.load(), ++running);
        std::this_thread::sleep_for(milliseconds(request.path == "/slow" ? 50 : 0));
        --running;
        return Echo(request);
    });
    Client client(server->port());
    client.Send(
        "POST /slow HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc"
        "GET /fast HTTP/1.1\r\nHost: test\r\n\r\n"
        "GET /last HTTP/1.1\r\nHost: test\r\n\r\nGET /ha");
    EXPECT_EQ(client.Read().body, "POST /slow [abc]");
    EXPECT_EQ(client.Read().body, "GET /fast");
    EXPECT_EQ(client.Read().body, "GET /last");
    client.Send("lf HTTP/1.1\r\nHost: test\r\n\r\n");
    EXPECT_EQ(client.Read().body, "GET /half");
    EXPECT_EQ(running_max, 1);
}

TEST(ServerTest, AnswersAClientThatHasStoppedSending) {
    const auto server = StartServer();
    Client client(server->port());
    client.Get("/");
    client.StopSending();
    EXPECT_EQ(client.Read().status, 200);
    EXPECT_TRUE(client.IsClosedCleanly());
}

TEST(ServerTest, ReadsARequestThatComesByteByByte) {
    const auto server = StartServer();
    Client client(server->port());
    const std::string request =
        "PUT /x HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3;a=b\r\nabc\r\n1\r\nd\r\n0\r\nCookie: trailing=1\r\n\r\n";
    for (const char byte : request)
        client.Send({&byte, 1});
    EXPECT_EQ(client.Read().body, "PUT /x [abcd]");
    EXPECT_EQ(client.Ask("/next").body, "GET /next");
}

TEST(ServerTest, DropsFieldsAfterTheBody) {
    const auto server = StartServer([](const Request& request) {
        return PlainText(200, request.Header("Cookie").value_or("none"));
    });
    Client client(server->port());
    client.Send(
        "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
        "1\r\na\r\n0\r\nCookie: trailing=1\r\n\r\n");
    EXPECT_EQ(client.Read().body, "none\n");
}

TEST(ServerTest, TakesABodyUpToItsLimit) {
    Server::Settings settings;
    settings.body_max = 100'000;
    const auto server = StartServer(
        [](const Request& request) { return PlainText(200, std::to_string(request.body.size())); },
        settings);
    Client client(server->port());
    client.Send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\n" +
                std::string(100'000, 'x'));
    EXPECT_EQ(client.Read().body, "100000\n");
}

TEST(ServerTest, RefusesABodyThatIsTooBigAndLetsTheClientReadWhy) {
    Server::Settings settings;
    settings.body_max = 100'000;
    const auto server = StartServer(Echo, settings);

    Client announced(server->port());
    announced.Send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100001\r\n\r\n" +
                   std::string(100'001, 'x'));
    const Answer answer = announced.Read();
    EXPECT_EQ(answer.status, 413);
    EXPECT_TRUE(answer.Has("Connection: close"));

    Client chunked(server->port());
    chunked.Send("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int chunk = 0; chunk < 11; ++chunk) {
        chunked.Send("2710\r\n" + std::string(10'000, 'x') + "\r\n");
    }
    EXPECT_EQ(chunked.Read().status, 413);
}

TEST(ServerTest, RefusesAHeaderThatIsTooBig) {
    Server::Settings settings;
    settings.header_max = 2000;
    const auto server = StartServer(Echo, settings);
    for (const std::string& request :
         {"GET /" + std::string(2000, 'a') + " HTTP/1.1\r\nHost: test\r\n\r\n",
          "GET /" + std::string(100'000, 'a'),
          "GET / HTTP/1.1\r\nHost: test\r\nX: " + std::string(2000, 'a') + "\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: test\r\nX: " + std::string(100'000, 'a')}) {
        Client client(server->port());
        client.Send(request);
        EXPECT_EQ(client.Read().status, 431) << request.substr(0, 40);
    }
    Client client(server->port());
    EXPECT_EQ(client.Ask("/", "X: " + std::string(1900, 'a') + "\r\n").status, 200);
}

TEST(ServerTest, RefusesALineBeforeAChunkThatDoesNotEnd) {
    Server::Settings settings;
    settings.header_max = 2000;
    const auto server = StartServer(Echo, settings);
    Client client(server->port());
    client.Send("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n1;");
    for (int piece = 0; piece < 100; ++piece)
        client.Send(std::string(1000, 'a'));
    EXPECT_EQ(client.Read().status, 400);
}

TEST(ServerTest, RefusesWhatIsNotARightRequest) {
    const auto server = StartServer();
    const std::string host = "Host: test\r\n";
    for (const std::string& bad : {
             std::string("\x16\x03\x01\x02\x00\x01\x00\x01", 8) + "tls hello\r\n\r\n",
             std::string("GET /\r\n\r\n"),
             std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
             std::string("GET / HTTP/1.1\r\n\r\n"),
             "GET / HTTP/1.1\r\n" + host + host + "\r\n",
             "GET / HTTP/3.0\r\n" + host + "\r\n",
             "GET /% HTTP/1.1\r\n" + host + "\r\n",
             "GET /%00 HTTP/1.1\r\n" + host + "\r\n",
             "GET /\xff HTTP/1.1\r\n" + host + "\r\n",
             "OPTIONS * HTTP/1.1\r\n" + host + "\r\n",
             "GET / HTTP/1.1\r\n" + host + "Bad Name: x\r\n\r\n",
             "POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n",
             "POST / HTTP/1.1\r\n" + host + "Content-Length: 1, 2\r\n\r\nab",
             "POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n",
             "POST / HTTP/1.1\r\n" + host +
                 "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
         }) {
        Client client(server->port());
        client.Send(bad);
        const Answer answer = client.Read();
        EXPECT_EQ(answer.status, 400) << bad;
        EXPECT_TRUE(answer.Has("Connection: close"));
        client.StopSending();
        EXPECT_TRUE(client.IsClosedCleanly()) << bad;
    }
}

TEST(ServerTest, RefusesABodyInACodingItDoesNotKnow) {
    const auto server = StartServer();
    for (const std::string coding : {"gzip", "chunked, gzip", "identity"}) {
        Client client(server->port());
        client.Send("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: " + coding +
                    "\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n");
        EXPECT_EQ(client.Read().status, 501) << coding;
        client.StopSending();
        EXPECT_TRUE(client.IsClosedCleanly()) << coding;
    }
}

TEST(ServerTest, InvitesABodyThatWaitsForIt) {
    const auto server = StartServer();
    Client client(server->port());
    client.Send(
        "POST / HTTP/1.1\r\nHost: test\r\nExpect: 100-Continue\r\n"
        "Content-Length: 2\r\n\r\n");
    const Answer invitation = client.Read();
    EXPECT_EQ(invitation.status, 100);
    client.Send("o");
    EXPECT_TRUE(client.HasNothingFor(milliseconds(20)));
    client.Send("k");
    EXPECT_EQ(client.Read().body, "POST / [ok]");
}

TEST(ServerTest, RefusesExpectationsItCannotMeet) {
    const auto server = StartServer();
    Client unknown(server->port());
    unknown.Send("POST / HTTP/1.1\r\nHost: test\r\nExpect: wonders\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(unknown.Read().status, 417);

    Client too_big(server->port());
    too_big.Send(
        "POST / HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\n"
        "Content-Length: 99999999\r\n\r\n");
    EXPECT_EQ(too_big.Read().status, 413);
}

TEST(ServerTest, AnswersHeadWithoutABody) {
    const auto server = StartServer();
    Client client(server->port());
    client.Send("HEAD /abc HTTP/1.1\r\nHost: test\r\n\r\n");
    EXPECT_TRUE(client.Read(false).Has("Content-Length: 9"));
    EXPECT_EQ(client.Ask("/next").body, "GET /next");
}

TEST(ServerTest, SendsNoBodyWithAStatusThatHasNone) {
    const auto server = StartServer([](const Request& request) {
        Response response = PlainText(request.path == "/204" ? 204 : 304, "never sent");
        return response;
    });
    Client client(server->port());
    for (const std::string path : {"/204", "/304"}) {
        EXPECT_EQ("/" + std::to_string(client.Ask(path).status), path);
    }
    EXPECT_TRUE(client.HasNothingFor(milliseconds(20)));
}

TEST(ServerTest, SendsBigBodiesWhole) {
    const std::string big(20 << 20, 'b');
    const auto server = StartServer([&](const Request& request) {
        Response response;
        if (request.path == "/static") {
            response.static_body = big;
        } else {
            response.body = big;
        }
        return response;
    });
    Client client(server->port());
    EXPECT_EQ(client.Ask("/made").body, big);
    EXPECT_EQ(client.Ask("/static").body, big);
}

TEST(ServerTest, PacksLongTextForClientsThatAcceptIt) {
    const auto server = StartServer([](const Request&) {
        Response response = PlainText(200, std::string(100'000, 'a'));
        return response;
    });
    Client client(server->port());
    const Answer packed = client.Ask("/", "Accept-Encoding: gzip\r\n");
    EXPECT_TRUE(packed.Has("Content-Encoding: gzip"));
    EXPECT_LT(packed.body.size(), 1000U);
    EXPECT_EQ(client.Ask("/").body.size(), 100'001U);
}

TEST(ServerTest, HidesWhatAHandlerThrowsButReportsIt) {
    std::mutex mutex;
    std::vector<RequestDone> done;
    Server::Settings settings;
    settings.on_request_done = [&](const RequestDone& one) {
        const std::lock_guard lock(mutex);
        done.push_back(one);
    };
    const auto server = StartServer(
        [](const Request& request) -> Response {
            if (request.path == "/error") {
                throw base::Error(base::ErrorCode::kFailed, "lost", "secret detail");
            }
            if (request.path == "/other") throw 42;
            Response response;
            response.headers = {{"Location", "/\r\nSet-Cookie: stolen=1"}};
            return response;
        },
        settings);
    Client client(server->port());
    for (const std::string path : {"/error", "/other", "/header"}) {
        const Answer answer = client.Ask(path);
        EXPECT_EQ(answer.status, 500);
        EXPECT_EQ(answer.body, "Internal Server Error\n");
        EXPECT_EQ(answer.head.find("stolen"), std::string::npos);
    }
    server->Stop();
    ASSERT_EQ(done.size(), 3U);
    EXPECT_EQ(done[0].failure, "lost: secret detail");
    EXPECT_EQ(done[1].failure, "an exception of an unknown type");
    EXPECT_NE(done[2].failure, "");
}

TEST(ServerTest, ReportsEachAnswer) {
    std::mutex mutex;
    std::vector<RequestDone> done;
    Server::Settings settings;
    settings.on_request_done = [&](const RequestDone& one) {
        const std::lock_guard lock(mutex);
        done.push_back(one);
    };
    const auto server = StartServer(
        [](const Request& request) {
            std::this_thread::sleep_for(milliseconds(20));
            return Echo(request);
        },
        settings);
    Client client(server->port());
    client.Ask("/a%20b?secret=1");
    client.Send("POST /big?secret=1 HTTP/1.1\r\nHost: test\r\nContent-Length: 99999999\r\n\r\n");
    EXPECT_EQ(client.Read().status, 413);
    Client garbage(server->port());
    garbage.Send("?\r\n\r\n");
    EXPECT_EQ(garbage.Read().status, 400);
    server->Stop();

    ASSERT_EQ(done.size(), 3U);
    EXPECT_EQ(done[0].method, "GET");
    EXPECT_EQ(done[0].path, "/a b");
    EXPECT_EQ(done[0].status, 200);
    EXPECT_EQ(done[0].bytes, std::string("GET /a b secret=1").size());
    EXPECT_GE(done[0].duration, milliseconds(20));
    EXPECT_LT(done[0].duration, kPatience);
    EXPECT_EQ(done[0].failure, "");
    EXPECT_EQ(done[1].method, "POST");
    EXPECT_EQ(done[1].path, "/big");
    EXPECT_EQ(done[1].status, 413);
    EXPECT_EQ(done[2].method, "");
    EXPECT_EQ(done[2].status, 400);
}

TEST(ServerTest, GivesUpOnARequestThatTricklesIn) {
    Server::Settings settings;
    settings.request_timeout = milliseconds(150);
    const auto server = StartServer(Echo, settings);
    Client in_header(server->port());
    Client in_body(server->port());
    in_body.Send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\nabc");
    for (int byte = 0; byte < 10; ++byte) {
        in_header.Send("G");
        std::this_thread::sleep_for(milliseconds(30));
    }
    for (Client* client : {&in_header, &in_body}) {
        const Answer answer = client->Read();
        EXPECT_EQ(answer.status, 408);
        EXPECT_TRUE(answer.Has("Connection: close"));
        client->StopSending();
        EXPECT_TRUE(client->IsClosedCleanly());
    }
}

TEST(ServerTest, DoesNotCountTheHandlersTimeAsTheClients) {
    Server::Settings settings;
    settings.request_timeout = milliseconds(50);
    settings.idle_timeout = milliseconds(50);
    const auto server = StartServer(
        [](const Request& request) {
            std::this_thread::sleep_for(milliseconds(200));
            return Echo(request);
        },
        settings);
    Client client(server->port());
    EXPECT_EQ(client.Ask("/").status, 200);
}

TEST(ServerTest, ClosesAnIdleConnectionWithoutAWord) {
    Server::Settings settings;
    settings.idle_timeout = milliseconds(50);
    const auto server = StartServer(Echo, settings);
    Client silent(server->port());
    Client used(server->port());
    EXPECT_EQ(used.Ask("/").status, 200);
    EXPECT_TRUE(silent.IsClosedCleanly());
    EXPECT_TRUE(used.IsClosedCleanly());
}

TEST(ServerTest, CutsAClientThatDoesNotTakeItsAnswer) {
    std::atomic<int> status = 0;
    std::atomic<std::size_t> bytes = 0;
    Server::Settings settings;
    settings.request_timeout = milliseconds(100);
    settings.on_request_done = [&](const RequestDone& done) {
        bytes = done.bytes;
        status = done.status;
    };
    const std::string big(64 << 20, 'b');
    const auto server = StartServer(
        [&](const Request&) {
            Response response;
            response.static_body = big;
            return response;
        },
        settings);
    Client client(server->port());
    client.Get("/");
    const auto give_up_at = steady_clock::now() + kPatience;
    while (status == 0 && steady_clock::now() < give_up_at) {
        std::this_thread::sleep_for(milliseconds(5));
    }
    EXPECT_EQ(status, 200);
    EXPECT_LT(bytes, big.size());
}

TEST(ServerTest, ServesManyClientsAtOnce) {
    Server::Settings settings;
    settings.io_threads = 2;
    const auto server = StartServer(Echo, settings);
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (int number = 0; number < 64; ++number) {
        threads.emplace_back([&, number] {
            Client client(server->port());
            for (int request = 0; request < 20; ++request) {
                const std::string path =
                    "/" + std::to_string(number) + "/" + std::to_string(request);
                if (client.Ask(path).body == "GET " + path) ++right;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(right, 64 * 20);
}

TEST(ServerTest, RunsHandlersInParallel) {
    Gate gate;
    Server::Settings settings;
    settings.handler_threads = 4;
    const auto server = StartServer(
        [&](const Request& request) {
            gate.Pass();
            return Echo(request);
        },
        settings);
    std::vector<std::unique_ptr<Client>> clients;
    for (int number = 0; number < 4; ++number) {
        clients.push_back(std::make_unique<Client>(server->port()));
        clients.back()->Get("/");
    }
    EXPECT_TRUE(gate.WaitForArrivals(4));
    gate.Open();
    for (auto& client : clients)
        EXPECT_EQ(client->Read().status, 200);
}

TEST(ServerTest, TurnsRequestsAwayWhenTooManyWait) {
    Gate gate;
    Server::Settings settings;
    settings.handler_threads = 1;
    settings.handler_queue_max = 1;
    const auto server = StartServer(
        [&](const Request& request) {
            gate.Pass();
            return Echo(request);
        },
        settings);
    Client running(server->port());
    running.Get("/running");
    ASSERT_TRUE(gate.WaitForArrivals(1));

    // Two more: whichever comes second finds the queue full.
    Client first(server->port());
    Client second(server->port());
    first.Get("/first");
    second.Get("/second");
    pollfd ready[2] = {{first.socket(), POLLIN, 0}, {second.socket(), POLLIN, 0}};
    ASSERT_EQ(::poll(ready, 2, 20'000), 1);
    Client& refused = ready[0].revents != 0 ? first : second;
    Client& waiting = ready[0].revents != 0 ? second : first;
    const Answer answer = refused.Read();
    EXPECT_EQ(answer.status, 503);
    EXPECT_TRUE(answer.Has("Retry-After: 1"));

    gate.Open();
    EXPECT_EQ(running.Read().status, 200);
    EXPECT_EQ(waiting.Read().status, 200);
    EXPECT_EQ(refused.Ask("/again").status, 200);
}

TEST(ServerTest, LetsClientsBeyondTheLimitWaitUntilOthersLeave) {
    Server::Settings settings;
    settings.connections_max = 2;
    const auto server = StartServer(Echo, settings);
    auto first = std::make_unique<Client>(server->port());
    Client second(server->port());
    EXPECT_EQ(first->Ask("/").status, 200);
    EXPECT_EQ(second.Ask("/").status, 200);
    Client third(server->port());
    third.Get("/third");
    EXPECT_TRUE(third.HasNothingFor(milliseconds(50)));
    first.reset();
    EXPECT_EQ(third.Read().body, "GET /third");
    EXPECT_EQ(second.Ask("/").status, 200);
}

TEST(ServerTest, StopLetsARunningHandlerAnswerAndClosesTheIdle) {
    Gate gate;
    const auto server = StartServer([&](const Request& request) {
        if (request.path == "/slow") gate.Pass();
        return Echo(request);
    });
    Client idle(server->port());
    EXPECT_EQ(idle.Ask("/").status, 200);
    Client half(server->port());
    half.Send("GET / HT");
    Client slow(server->port());
    slow.Get("/slow");
    ASSERT_TRUE(gate.WaitForArrivals(1));

    std::thread stop([&] { server->Stop(); });
    EXPECT_TRUE(idle.IsClosedCleanly());
    EXPECT_EQ(half.Read().status, 0);
    EXPECT_THROW(Client{server->port()}, std::runtime_error);
    EXPECT_TRUE(slow.HasNothingFor(milliseconds(20)));
    gate.Open();
    const Answer answer = slow.Read();
    EXPECT_EQ(answer.body, "GET /slow");
    EXPECT_TRUE(answer.Has("Connection: close"));
    EXPECT_TRUE(slow.IsClosedCleanly());
    stop.join();
}

TEST(ServerTest, StopAnswersWhatWaitsForAHandler) {
    Gate gate;
    Server::Settings settings;
    settings.handler_threads = 1;
    const auto server = StartServer(
        [&](const Request& request) {
            gate.Pass();
            return Echo(request);
        },
        settings);
    Client running(server->port());
    running.Get("/running");
    ASSERT_TRUE(gate.WaitForArrivals(1));
    Client waiting(server->port());
    waiting.Get("/waiting");
    // Nothing tells from outside that the request is in the queue.
    std::this_thread::sleep_for(milliseconds(100));
    std::thread stop([&] { server->Stop(); });
    std::this_thread::sleep_for(milliseconds(50));
    gate.Open();
    EXPECT_EQ(running.Read().status, 200);
    EXPECT_EQ(waiting.Read().status, 200);
    stop.join();
}

TEST(ServerTest, StopCutsConnectionsAfterItsTimeout) {
    Gate gate;
    Server::Settings settings;
    settings.handler_threads = 1;
    settings.stop_timeout = milliseconds(50);
    const auto server = StartServer(
        [&](const Request& request) {
            gate.Pass();
            return Echo(request);
        },
        settings);
    Client running(server->port());
    running.Get("/running");
    ASSERT_TRUE(gate.WaitForArrivals(1));
    Client waiting(server->port());
    waiting.Get("/waiting");
    std::this_thread::sleep_for(milliseconds(100));
    std::thread stop([&] { server->Stop(); });
    EXPECT_EQ(running.Read().status, 0);
    EXPECT_EQ(waiting.Read().status, 0);
    gate.Open();
    stop.join();
    EXPECT_EQ(gate.arrived(), 1);
}

TEST(ServerTest, StopsTwiceAndWithoutAStart) {
    const auto started = StartServer();
    started->Stop();
    started->Stop();
    Server never_started({}, Echo);
    never_started.Stop();
}

TEST(ServerTest, FreesThePortWhenItStops) {
    Server::Settings settings;
    settings.port = [] { return StartServer()->port(); }();
    for (int round = 0; round < 3; ++round) {
        const auto server = StartServer(Echo, settings);
        Client client(server->port());
        EXPECT_EQ(client.Ask("/").status, 200);
    }
}

std::string WhyRefused(const Server::Settings& settings, base::ErrorCode code) {
    try {
        const Server server(settings, Echo);
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), code);
        return error.what();
    }
    return "not refused";
}

TEST(ServerTest, SaysWhenThePortIsInUse) {
    const auto server = StartServer();
    Server::Settings settings;
    settings.port = server->port();
    EXPECT_EQ(WhyRefused(settings, base::ErrorCode::kFailed),
              "port " + std::to_string(server->port()) +
                  " on 127.0.0.1 is already in use; choose another port");
}

TEST(ServerTest, RefusesAnAddressThatIsNoneOrNotOurs) {
    Server::Settings settings;
    for (const std::string address : {"", "localhost", "127.0.0.256", "example.test"}) {
        settings.address = address;
        EXPECT_EQ(
            WhyRefused(settings, base::ErrorCode::kInvalidSettings),
            "cannot listen on \"" + address + "\": give an IP address, for example 127.0.0.1");
    }
    settings.address = "192.0.2.1";
    EXPECT_EQ(WhyRefused(settings, base::ErrorCode::kInvalidSettings),
              "192.0.2.1 is not an address of this machine");
}

TEST(ServerTest, RefusesLimitsOfNothing) {
    Server::Settings settings;
    settings.handler_threads = 0;
    EXPECT_NE(WhyRefused(settings, base::ErrorCode::kInvalidSettings), "not refused");
    settings = {};
    settings.idle_timeout = milliseconds(0);
    EXPECT_NE(WhyRefused(settings, base::ErrorCode::kInvalidSettings), "not refused");
}

}  // namespace
}  // namespace geniai::http
