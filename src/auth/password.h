#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace geniai::auth {

// What one guess costs whoever guesses: argon2id's passes over this much memory.
struct PasswordCost {
    unsigned long long passes = 2;
    std::size_t memory_bytes = std::size_t{64} << 20;  // 64 MiB: about 70 ms a log-in
};

// The argon2id hash of a password, to be stored as it is. Throws base::Error(kFailed) without
// memory.
std::string HashPassword(std::string_view password, const PasswordCost& cost = {});

enum class PasswordCheck {
    kWrong,
    kRight,
    kRightButRehash,  // store HashPassword of this password: the hash is bcrypt, or of another cost
};

// Checks a password against an argon2id hash or a bcrypt hash ($2a$, $2b$, $2y$). A hash that is
// none of these, is broken, or asks for an absurd cost is kWrong. Throws base::Error(kFailed)
// without memory, never because of the hash.
//
// bcrypt reads 72 bytes of a password and ends at a NUL. A password with NUL is kWrong against it;
// of a longer one the first 72 bytes decide, and it is never kRightButRehash, since nobody knows
// whether the rest was right.
PasswordCheck CheckPassword(std::string_view password, std::string_view hash,
                            const PasswordCost& wanted = {});

// A hash of the default cost that no password fits, so that an unknown e-mail address takes as long
// to refuse as a wrong password. The same for the life of the process.
std::string_view DummyHash();

// A random password, easy to read out and to type: "k7mf-9qtx-h3wd-p8ra-2vnc" (20 characters of 31,
// 99 bits).
std::string GeneratePassword();

// Throws base::Error(kInvalidInput) unless the password has 10 to 128 characters, is UTF-8 without
// control characters, is neither the e-mail address nor its name part, and is not a common one.
void RequirePasswordQuality(std::string_view password, std::string_view email);

}  // namespace geniai::auth
