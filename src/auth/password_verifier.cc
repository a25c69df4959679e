#include "auth/password_verifier.h"

#include <utility>

#include "base/error.h"

namespace geniai::auth {

class PasswordVerifier::Turn {
public:
    explicit Turn(PasswordVerifier& verifier) : verifier_(verifier) {
        std::unique_lock lock(verifier_.mutex_);
        if (verifier_.IsFull()) {
            throw base::Error(base::ErrorCode::kOverloaded, "too many log-ins at once");
        }
        const auto ticket = verifier_.tickets_given_++;
        verifier_.changed_.wait(lock, [&] {
            return ticket == verifier_.tickets_served_ &&
                   verifier_.running_ < verifier_.settings_.parallel_max;
        });
        ++verifier_.tickets_served_;
        ++verifier_.running_;
        verifier_.changed_.notify_all();  // the next ticket may find a free place too
    }
    ~Turn() {
        const std::lock_guard lock(verifier_.mutex_);
        --verifier_.running_;
        verifier_.changed_.notify_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    PasswordVerifier& verifier_;
};

PasswordVerifier::PasswordVerifier() : PasswordVerifier(Settings{}) {}

PasswordVerifier::PasswordVerifier(Settings settings)
    : PasswordVerifier(settings, [](std::string_view password, std::string_view hash) {
          return CheckPassword(password, hash);
      }) {}

PasswordVerifier::PasswordVerifier(Settings settings, Check check)
    : settings_(settings), check_(std::move(check)) {
    if (settings_.parallel_max < 1 || settings_.queue_max < 0) {
        throw base::Error(
            base::ErrorCode::kInvalidSettings,
            "the limits of password hashing must not be below one, nor the queue below zero");
    }
}

bool PasswordVerifier::IsFull() const {
    const auto waiting = static_cast<int>(tickets_given_ - tickets_served_);
    return running_ + waiting >= settings_.parallel_max + settings_.queue_max;
}

PasswordCheck PasswordVerifier::CheckWhenFree(std::string_view password, std::string_view hash) {
    const Turn turn(*this);
    return check_(password, hash);
}

std::string PasswordVerifier::HashWhenFree(std::string_view password) {
    const Turn turn(*this);
    return HashPassword(password);
}

}  // namespace geniai::auth
