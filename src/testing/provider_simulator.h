#pragma once

#include <sys/types.h>

#include <string>

#include <boost/json.hpp>

namespace geniai::testing {

// tests/provider_simulator as a process of its own, which dies with us. Needs Node.js on the path.
class ProviderSimulator {
public:
    // `source_directory` is the project's. Throws std::runtime_error when it does not start.
    explicit ProviderSimulator(const std::string& source_directory);
    ~ProviderSimulator();
    ProviderSimulator(const ProviderSimulator&) = delete;
    ProviderSimulator& operator=(const ProviderSimulator&) = delete;

    // "http://127.0.0.1:40123"
    const std::string& url() const { return url_; }

    // See the simulator's README for both.
    void Control(const boost::json::object& change);
    boost::json::object Stats() const;
    void Reset();
    // The bodies of the latest requests.
    boost::json::array Prompts() const;

private:
    std::string url_;
    pid_t pid_ = -1;
};

}  // namespace geniai::testing
