#include "testing/provider_simulator.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "http/client.h"

namespace geniai::testing {

namespace {

std::string ReadLine(int pipe) {
    std::string line;
    char c = 0;
    while (read(pipe, &c, 1) == 1 && c != '\n') line += c;
    return line;
}

boost::json::value Get(const std::string& url) {
    http::ClientRequest request;
    request.url = url;
    return boost::json::parse(http::Send(request).body);
}

http::Response Post(const std::string& url, const std::string& body) {
    http::ClientRequest request;
    request.method = "POST";
    request.url = url;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body;
    http::Response response = http::Send(request);
    if (response.status != 200) throw std::runtime_error(url + ": " + response.body);
    return response;
}

}  // namespace

ProviderSimulator::ProviderSimulator(const std::string& source_directory) {
    const std::string program = source_directory + "/tests/provider_simulator/main.mjs";
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(ends[1], STDOUT_FILENO);
        execlp("node", "node", program.c_str(), nullptr);
        _exit(127);
    }
    close(ends[1]);
    const std::string line = ReadLine(ends[0]);
    close(ends[0]);
    boost::system::error_code error;
    const auto said = boost::json::parse(line, error);
    if (error || !said.is_object()) throw std::runtime_error("the simulator says: " + line);
    url_ = said.at("url").as_string().c_str();
}

ProviderSimulator::~ProviderSimulator() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

void ProviderSimulator::Control(const boost::json::object& change) {
    Post(url_ + "/control", boost::json::serialize(change));
}

boost::json::object ProviderSimulator::Stats() const {
    return Get(url_ + "/stats").as_object();
}

boost::json::array ProviderSimulator::Prompts() const {
    return Get(url_ + "/prompts").at("prompts").as_array();
}

void ProviderSimulator::Reset() {
    Post(url_ + "/reset", "{}");
}

}  // namespace geniai::testing
