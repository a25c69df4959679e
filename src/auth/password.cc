#include "auth/password.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <crypt.h>
#include <cstring>
#include <memory>
#include <optional>
#include <sodium.h>

#include "base/error.h"
#include "base/safe_text.h"

namespace geniai::auth {

namespace {

constexpr std::string_view kArgonPrefix = "$argon2id$v=19$";
// Beyond these a stored hash is damaged or hostile: checking it would take seconds or gigabytes.
constexpr unsigned kArgonMemoryMaxKib = 1U << 20;
constexpr unsigned kArgonPassesMax = 16;
constexpr int kBcryptCostMin = 4;
constexpr int kBcryptCostMax = 14;  // about 2.5 s

constexpr std::size_t kBcryptSize = 60;
constexpr std::size_t kBcryptPasswordMax = 72;

constexpr std::size_t kCharactersMin = 10;
constexpr std::size_t kCharactersMax = 128;

constexpr std::string_view kUnambiguous = "abcdefghjkmnpqrstuvwxyz23456789";  // no i, l, o, 0, 1
constexpr int kGeneratedGroups = 5;
constexpr int kGeneratedGroupSize = 4;

// The most common passwords of at least 10 characters, in lower case: those of public lists of
// leaked passwords, and what Brazilian users and this product invite.
constexpr std::array kCommonPasswords = std::to_array<std::string_view>({
    "1234567890",    "0123456789",       "12345678910",  "123456789012",  "1234567891",
    "123456789a",    "a123456789",       "0987654321",   "9876543210",    "1111111111",
    "0000000000",    "2222222222",       "5555555555",   "7777777777",    "9999999999",
    "1212121212",    "1231231231",       "123123123123", "1122334455",    "1234512345",
    "123456123456",  "1234554321",       "1q2w3e4r5t",   "1q2w3e4r5t6y",  "1qaz2wsx3edc",
    "q1w2e3r4t5",    "q1w2e3r4t5y6",     "qwertyuiop",   "qwerty1234",    "qwerty12345",
    "qwerty123456",  "qwertyuiop123",    "qwe123qwe123", "1qazxsw23edc",  "zaq12wsxcde3",
    "asdfghjkl1",    "asdfghjkl123",     "asdfasdfasdf", "zxcvbnm123",    "zxcvbnm1234",
    "abcd123456",    "abc1234567",       "abcdefghij",   "abcdefghijk",   "abcdef123456",
    "aaaaaaaaaa",    "aaaaaaaaaaaa",     "password12",   "password123",   "password1234",
    "password12345", "passwordpassword", "p@ssw0rd123",  "p@ssword123",   "passw0rd123",
    "mypassword",    "mypassword1",      "changeme123",  "changemenow",   "letmein123",
    "letmein1234",   "welcome123",       "welcome1234",  "iloveyou12",    "iloveyou123",
    "iloveyou1234",  "administrator",    "admin12345",   "admin123456",   "admin123admin",
    "adminadmin",    "administrador",    "superadmin",   "superadmin123", "root123456",
    "test123456",    "testtest123",      "user123456",   "guest12345",    "football123",
    "baseball123",   "basketball",       "princess123",  "superman123",   "dragon1234",
    "monkey12345",   "sunshine123",      "senha12345",   "senha123456",   "senha1234567",
    "senhasenha",    "minhasenha",       "minhasenha1",  "minhasenha123", "mudar12345",
    "mudar123456",   "trocar12345",      "brasil12345",  "brasil2026",    "brasil123456",
    "flamengo10",    "flamengo123",      "corinthians",  "corinthians1",  "corinthians10",
    "palmeiras1",    "palmeiras123",     "saopaulo123",  "saopaulofc",    "vasco12345",
    "cruzeiro123",   "gabriel123",       "rafael1234",   "fernanda123",   "felicidade",
    "felicidade1",   "jesuscristo",      "jesusteama",   "jesus12345",    "deusefiel1",
    "deusefiel123",  "euteamomuito",     "teamomuito",   "amorzinho1",    "familia123",
    "empresa123",    "empresa1234",      "cliente123",   "cliente1234",   "usuario123",
    "usuario1234",   "acesso1234",       "acesso12345",  "teste12345",    "teste123456",
    "chatwoot123",   "analytics123",     "geniai12345",  "geniai123456",  "dashboard123",
});
static_assert(std::all_of(kCommonPasswords.begin(), kCommonPasswords.end(),
                          [](std::string_view common) { return common.size() >= kCharactersMin; }),
              "shorter ones are refused anyway");

// libsodium picks its implementations once; calling it again costs nothing.
void StartSodium() {
    if (sodium_init() < 0) {
        throw base::Error(base::ErrorCode::kFailed, "cannot start the cryptography library");
    }
}

[[noreturn]] void ThrowNoMemory() {
    throw base::Error(base::ErrorCode::kFailed, "cannot hash a password: not enough memory");
}

// Reads "name=17" and the separator after it off the front of `text`.
std::optional<unsigned> TakeNumber(std::string_view& text, std::string_view name, char separator) {
    if (!text.starts_with(name)) return std::nullopt;
    const char* begin = text.data() + name.size();
    const char* end = text.data() + text.size();
    unsigned value = 0;
    const auto [stop, failure] = std::from_chars(begin, end, value);
    if (failure != std::errc{} || stop == end || *stop != separator) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
    return value;
}

// "$argon2id$v=19$m=65536,t=2,p=1$salt$hash" → its cost; empty if it is no such hash, or asks for
// more than we are ready to spend.
std::optional<PasswordCost> ParseArgonCost(std::string_view hash) {
    if (!hash.starts_with(kArgonPrefix) || hash.size() >= crypto_pwhash_STRBYTES) return {};
    if (hash.find('\0') != std::string_view::npos) return {};
    hash.remove_prefix(kArgonPrefix.size());
    const auto memory_kib = TakeNumber(hash, "m=", ',');
    const auto passes = TakeNumber(hash, "t=", ',');
    const auto lanes = TakeNumber(hash, "p=", '$');
    if (!memory_kib || !passes || lanes != 1U) return {};
    if (*memory_kib > kArgonMemoryMaxKib || *passes > kArgonPassesMax) return {};
    return PasswordCost{*passes, std::size_t{*memory_kib} * 1024};
}

PasswordCheck CheckArgon(std::string_view password, std::string_view hash,
                         const PasswordCost& wanted) {
    const auto cost = ParseArgonCost(hash);
    if (!cost) return PasswordCheck::kWrong;
    StartSodium();
    const std::string terminated(hash);
    errno = 0;
    if (crypto_pwhash_str_verify(terminated.c_str(), password.data(), password.size()) != 0) {
        if (errno == ENOMEM) ThrowNoMemory();  // else the right password would be called wrong
        return PasswordCheck::kWrong;
    }
    const bool is_as_wanted =
        cost->passes == wanted.passes && cost->memory_bytes / 1024 == wanted.memory_bytes / 1024;
    return is_as_wanted ? PasswordCheck::kRight : PasswordCheck::kRightButRehash;
}

bool IsBcryptCharacter(char character) {
    return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
           (character >= 'a' && character <= 'z') || character == '.' || character == '/';
}

// "$2b$12$" and 53 characters of salt and hash.
bool IsBcrypt(std::string_view hash) {
    if (hash.size() != kBcryptSize || !hash.starts_with("$2") || hash[3] != '$') return false;
    if (hash[2] != 'a' && hash[2] != 'b' && hash[2] != 'y') return false;
    std::string_view rest = hash.substr(4);
    const auto cost = TakeNumber(rest, "", '$');
    if (!cost || rest.size() != kBcryptSize - 7) return false;
    if (*cost < kBcryptCostMin || *cost > kBcryptCostMax) return false;
    return std::all_of(rest.begin(), rest.end(), IsBcryptCharacter);
}

PasswordCheck CheckBcrypt(std::string_view password, std::string_view hash) {
    if (!IsBcrypt(hash) || password.find('\0') != std::string_view::npos) {
        return PasswordCheck::kWrong;
    }
    StartSodium();
    // 32 KiB, too much for the stack of a thread that we do not know. crypt_r also refuses
    // passwords of more than 512 bytes, of which bcrypt would read 72.
    const auto workspace = std::make_unique<crypt_data>();
    std::string read_part(password.substr(0, kBcryptPasswordMax));
    const std::string setting(hash);
    const char* computed = crypt_r(read_part.c_str(), setting.c_str(), workspace.get());
    const bool is_right = computed != nullptr && std::strlen(computed) == hash.size() &&
                          sodium_memcmp(computed, hash.data(), hash.size()) == 0;
    sodium_memzero(workspace.get(), sizeof *workspace);
    sodium_memzero(read_part.data(), read_part.size());
    if (!is_right) return PasswordCheck::kWrong;
    return password.size() > kBcryptPasswordMax ? PasswordCheck::kRight
                                                : PasswordCheck::kRightButRehash;
}

std::string RandomBase64(std::size_t bytes) {
    std::string random(bytes, '\0');
    randombytes_buf(random.data(), random.size());
    std::string text(sodium_base64_encoded_len(bytes, sodium_base64_VARIANT_ORIGINAL_NO_PADDING),
                     '\0');
    sodium_bin2base64(text.data(), text.size(),
                      reinterpret_cast<const unsigned char*>(random.data()), bytes,
                      sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    text.pop_back();  // the terminating NUL
    return text;
}

// A random hash value instead of the hash of something: nobody can find a password that fits.
std::string MakeDummyHash() {
    StartSodium();
    const PasswordCost cost;
    return std::string(kArgonPrefix) + "m=" + std::to_string(cost.memory_bytes / 1024) +
           ",t=" + std::to_string(cost.passes) + ",p=1$" +
           RandomBase64(crypto_pwhash_argon2id_SALTBYTES) + "$" + RandomBase64(32);
}

std::string LowerCaseAscii(std::string_view text) {
    std::string lower(text);
    for (char& letter : lower) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return lower;
}

// Of valid UTF-8.
std::size_t CountCharacters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

// U+0000 to U+001F, U+007F, and U+0080 to U+009F (C2 80 to C2 9F) in valid UTF-8.
bool HasControlCharacter(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x20 || byte == 0x7F) return true;
        if (byte == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0) return true;
    }
    return false;
}

[[noreturn]] void RefusePassword(const std::string& reason) {
    throw base::Error(base::ErrorCode::kInvalidInput, "the password " + reason);
}

}  // namespace

std::string HashPassword(std::string_view password, const PasswordCost& cost) {
    StartSodium();
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    const int failed =
        crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.passes,
                              cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
    if (failed != 0) ThrowNoMemory();
    return hash.data();
}

PasswordCheck CheckPassword(std::string_view password, std::string_view hash,
                            const PasswordCost& wanted) {
    if (hash.starts_with("$2")) return CheckBcrypt(password, hash);
    return CheckArgon(password, hash, wanted);
}

std::string_view DummyHash() {
    static const std::string hash = MakeDummyHash();
    return hash;
}

std::string GeneratePassword() {
    StartSodium();
    std::string password;
    for (int group = 0; group < kGeneratedGroups; ++group) {
        if (group > 0) password.push_back('-');
        for (int place = 0; place < kGeneratedGroupSize; ++place) {
            password.push_back(kUnambiguous[randombytes_uniform(kUnambiguous.size())]);
        }
    }
    return password;
}

void RequirePasswordQuality(std::string_view password, std::string_view email) {
    if (!base::IsValidUtf8(password)) RefusePassword("is not valid UTF-8 text");
    if (HasControlCharacter(password)) RefusePassword("contains a control character");
    const std::size_t characters = CountCharacters(password);
    if (characters < kCharactersMin) RefusePassword("needs at least 10 characters");
    if (characters > kCharactersMax) RefusePassword("has more than 128 characters");

    const std::string lower = LowerCaseAscii(password);
    const std::string address = LowerCaseAscii(email);
    if (lower == address || lower == address.substr(0, address.find('@'))) {
        RefusePassword("must not be the e-mail address or its name part");
    }
    const bool is_common = std::find(kCommonPasswords.begin(), kCommonPasswords.end(), lower) !=
                           kCommonPasswords.end();
    if (is_common) RefusePassword("is one of the most common ones; choose another");
}

}  // namespace geniai::auth
