#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "auth/password.h"

namespace geniai::auth {

// Checks and makes password hashes, a few at a time: each takes 64 MiB and all of one core, so a
// flood of log-ins must neither exhaust the memory nor hold up everything else. For any thread.
class PasswordVerifier {
public:
    struct Settings {
        int parallel_max = 2;  // hashes at once
        int queue_max = 16;    // callers that wait for their turn; about a second's worth
    };
    using Check = std::function<PasswordCheck(std::string_view password, std::string_view hash)>;

    PasswordVerifier();
    explicit PasswordVerifier(Settings settings);
    PasswordVerifier(Settings settings, Check check);  // instead of CheckPassword

    // CheckPassword and HashPassword when it is the caller's turn. Throw base::Error(kOverloaded,
    // "too many log-ins at once") at once if too many wait already.
    PasswordCheck CheckWhenFree(std::string_view password, std::string_view hash);
    std::string HashWhenFree(std::string_view password);

private:
    class Turn;  // held while one hash is computed

    bool IsFull() const;  // needs mutex_

    const Settings settings_;
    const Check check_;
    std::mutex mutex_;
    std::condition_variable changed_;
    // Guarded by mutex_. Callers take tickets and are served in their order.
    int running_ = 0;
    std::uint64_t tickets_given_ = 0;
    std::uint64_t tickets_served_ = 0;
};

}  // namespace geniai::auth
