#include "auth/password.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "base/error.h"

namespace geniai::auth {
namespace {

constexpr PasswordCost kCheap{1, 64 * 1024};

TEST(HashPasswordTest, MakesADifferentArgon2idHashEachTime) {
    const std::string hash = HashPassword("Bicicleta-azul-7", kCheap);
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << hash;
    EXPECT_NE(hash, HashPassword("Bicicleta-azul-7", kCheap));
}

TEST(HashPasswordTest, SpendsTheDefaultCost) {
    const std::string hash = HashPassword("Bicicleta-azul-7");
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=65536,t=2,p=1$")) << hash;
    EXPECT_EQ(CheckPassword("Bicicleta-azul-7", hash), PasswordCheck::kRight);
    EXPECT_EQ(CheckPassword("Bicicleta-azul-8", hash), PasswordCheck::kWrong);
}

TEST(CheckPasswordTest, TakesEveryByteOfThePassword) {
    for (const std::string& password : {std::string("Coração manso"), std::string("a\0b", 3),
                                        std::string(), std::string(300, 'x')}) {
        const std::string hash = HashPassword(password, kCheap);
        EXPECT_EQ(CheckPassword(password, hash, kCheap), PasswordCheck::kRight);
        EXPECT_EQ(CheckPassword(password + "x", hash, kCheap), PasswordCheck::kWrong);
        EXPECT_EQ(CheckPassword(password + std::string(1, '\0'), hash, kCheap),
                  PasswordCheck::kWrong);
    }
}

TEST(CheckPasswordTest, AsksForARehashWhenTheCostIsAnother) {
    const std::string hash = HashPassword("Bicicleta-azul-7", kCheap);
    EXPECT_EQ(CheckPassword("Bicicleta-azul-7", hash), PasswordCheck::kRightButRehash);
    EXPECT_EQ(CheckPassword("bicicleta-azul-7", hash), PasswordCheck::kWrong);
    EXPECT_EQ(CheckPassword("Bicicleta-azul-7", hash, {2, kCheap.memory_bytes}),
              PasswordCheck::kRightButRehash);
    EXPECT_EQ(CheckPassword("Bicicleta-azul-7", hash, {1, 2 * kCheap.memory_bytes}),
              PasswordCheck::kRightButRehash);
}

struct BcryptCase {
    std::string password;
    std::string hash;
};

// The first is a published vector of the openwall implementation; the others were made by
// libxcrypt.
const BcryptCase kBcryptCases[] = {
    {"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
    {"Bicicleta-azul-7", "$2a$04$.OC/.OC/.OC/.OC/.OC/.OUYTuWp.Bu/GwjrtON2NnkrjYS8Hh.Dy"},
    {"Bicicleta-azul-7", "$2b$04$CfGQCfGQCfGQCfGQCfGQCeSqwKTRlivk08r3B5/nW5jDXJkGq6rrm"},
    {"Bicicleta-azul-7", "$2y$04$GwKhGwKhGwKhGwKhGwKhGuQw/pKaEWx4Ig74x7SoBGhA5rXOL5UHC"},
    {"Coração-manso", "$2b$04$CvKRCvKRCvKRCvKRCvKRCuRWezfWYPmm4D4rJJ/UGqppPr5LSePPS"},
};

TEST(CheckPasswordTest, AcceptsBcryptAndAsksForARehash) {
    for (const auto& [password, hash] : kBcryptCases) {
        EXPECT_EQ(CheckPassword(password, hash), PasswordCheck::kRightButRehash) << hash;
        EXPECT_EQ(CheckPassword(password + "x", hash), PasswordCheck::kWrong) << hash;
        EXPECT_EQ(CheckPassword("", hash), PasswordCheck::kWrong) << hash;
    }
}

TEST(CheckPasswordTest, RefusesAPasswordWithNulAgainstBcrypt) {
    const auto& [password, hash] = kBcryptCases[2];
    EXPECT_EQ(CheckPassword(password + std::string("\0x", 2), hash), PasswordCheck::kWrong);
    EXPECT_EQ(CheckPassword(password + std::string(1, '\0'), hash), PasswordCheck::kWrong);
}

TEST(CheckPasswordTest, KeepsTheBcryptHashOfAPasswordThatBcryptCuts) {
    const std::string hash = "$2b$04$D/OSD/OSD/OSD/OSD/OSD.1APdcN67umtZ/sK0r.Bev1dYgtJ1Toi";
    std::string cut;
    for (const char letter : {'a', 'b', 'c', 'd', 'e', 'f', 'g'})
        cut.append(10, letter);
    cut += "hh";
    ASSERT_EQ(cut.size(), 72U);
    EXPECT_EQ(CheckPassword(cut, hash), PasswordCheck::kRightButRehash);
    EXPECT_EQ(CheckPassword(cut + "TAIL", hash), PasswordCheck::kRight);
    EXPECT_EQ(CheckPassword(cut + std::string(1000, 'x'), hash), PasswordCheck::kRight);
    EXPECT_EQ(CheckPassword(cut.substr(0, 71), hash), PasswordCheck::kWrong);
}

TEST(CheckPasswordTest, CallsEveryBrokenHashWrong) {
    const std::string good = HashPassword("Bicicleta-azul-7", kCheap);
    const std::string bcrypt = kBcryptCases[2].hash;
    std::vector<std::string> broken{"",
                                    "$",
                                    "$2",
                                    "$2b",
                                    "$2b$",
                                    "$argon2id$",
                                    "Bicicleta-azul-7",
                                    "*0",
                                    "$1$abc$def",
                                    "$2x" + bcrypt.substr(3),
                                    "$2b$99" + bcrypt.substr(6),
                                    "$2b$03" + bcrypt.substr(6),
                                    "$2b$31" + bcrypt.substr(6),
                                    "$2b$-4" + bcrypt.substr(6),
                                    "$2b$4$" + bcrypt.substr(6),
                                    bcrypt + "x",
                                    bcrypt.substr(0, 59),
                                    bcrypt.substr(0, 59) + ":",
                                    bcrypt.substr(0, 59) + std::string(1, '\0'),
                                    good + "x",
                                    good + std::string(1, '\0'),
                                    good + std::string(200, 'A'),
                                    "$argon2i$" + good.substr(10),
                                    "$argon2id$v=16$" + good.substr(15),
                                    "$argon2id$v=19$m=4294967295,t=1,p=1$" + good.substr(28),
                                    "$argon2id$v=19$m=64,t=4294967295,p=1$" + good.substr(28),
                                    "$argon2id$v=19$m=64,t=99999999999,p=1$" + good.substr(28),
                                    "$argon2id$v=19$m=64,t=1,p=9$" + good.substr(28),
                                    "$argon2id$v=19$m=0,t=0,p=1$" + good.substr(28),
                                    "$argon2id$v=19$m=64,t=1,p=1$",
                                    "$argon2id$v=19$m=64,t=1,p=1$$",
                                    "$argon2id$v=19$m=,t=,p=$" + good.substr(28)};
    for (std::size_t size = 0; size < good.size(); ++size)
        broken.push_back(good.substr(0, size));
    for (const std::string& hash : broken) {
        EXPECT_EQ(CheckPassword("Bicicleta-azul-7", hash), PasswordCheck::kWrong) << hash;
    }
}

TEST(DummyHashTest, CostsAsMuchAsARealOneAndFitsNothing) {
    const std::string hash(DummyHash());
    const std::string real = HashPassword("Bicicleta-azul-7");
    EXPECT_EQ(hash.substr(0, 31), real.substr(0, 31));
    EXPECT_EQ(hash.size(), real.size());
    EXPECT_EQ(DummyHash(), hash);
    EXPECT_EQ(CheckPassword("", hash), PasswordCheck::kWrong);
    EXPECT_EQ(CheckPassword("Bicicleta-azul-7", hash), PasswordCheck::kWrong);
}

TEST(GeneratePasswordTest, IsRandomReadableAndGoodEnough) {
    std::set<std::string> seen;
    std::set<char> characters;
    for (int round = 0; round < 500; ++round) {
        const std::string password = GeneratePassword();
        ASSERT_EQ(password.size(), 24U);
        EXPECT_EQ(std::count(password.begin(), password.end(), '-'), 4);
        for (const std::size_t dash : {4, 9, 14, 19})
            EXPECT_EQ(password[dash], '-');
        EXPECT_EQ(password.find_first_of("ilo01 "), std::string::npos);
        EXPECT_NO_THROW(RequirePasswordQuality(password, "ana@example.test"));
        characters.insert(password.begin(), password.end());
        seen.insert(password);
    }
    EXPECT_EQ(seen.size(), 500U);
    EXPECT_EQ(characters.size(), 32U);  // the whole alphabet and the dash
}

std::string WhyRefused(std::string_view password, std::string_view email = "ana@example.test") {
    try {
        RequirePasswordQuality(password, email);
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kInvalidInput);
        return error.what();
    }
    return "";
}

TEST(PasswordQualityTest, CountsCharactersAndNotBytes) {
    std::string ten;
    for (int count = 0; count < 9; ++count)
        ten += "ç";
    EXPECT_EQ(WhyRefused(ten), "the password needs at least 10 characters");
    ten += "€";
    EXPECT_EQ(WhyRefused(ten), "");
    std::string long_one;
    for (int count = 0; count < 128; ++count)
        long_one += "\U0001F600";
    EXPECT_EQ(WhyRefused(long_one), "");
    EXPECT_EQ(WhyRefused(long_one + "x"), "the password has more than 128 characters");
    EXPECT_EQ(WhyRefused(""), "the password needs at least 10 characters");
}

TEST(PasswordQualityTest, RefusesTheEmailAddressAndItsNamePart) {
    const std::string reason = "the password must not be the e-mail address or its name part";
    const std::string email = "Marina.Prado@example.test";
    EXPECT_EQ(WhyRefused("marina.prado@EXAMPLE.test", email), reason);
    EXPECT_EQ(WhyRefused("MARINA.PRADO", email), reason);
    EXPECT_EQ(WhyRefused("marina.prado7", email), "");
    EXPECT_EQ(WhyRefused("marina.prado", ""), "");
}

TEST(PasswordQualityTest, RefusesCommonPasswords) {
    for (const std::string_view common :
         {"1234567890", "Senha12345", "QWERTYUIOP", "password123"}) {
        EXPECT_EQ(WhyRefused(common),
                  "the password is one of the most common ones; choose another");
    }
    EXPECT_EQ(WhyRefused("senha12345 azul"), "");
}

TEST(PasswordQualityTest, RefusesWhatIsNotPlainText) {
    const std::string not_text = "the password is not valid UTF-8 text";
    const std::string control = "the password contains a control character";
    EXPECT_EQ(WhyRefused("bicicleta \xff"), not_text);
    EXPECT_EQ(WhyRefused("bicicleta a\xc2"), not_text);
    EXPECT_EQ(WhyRefused("bicicleta \xed\xa0\x80"), not_text);
    EXPECT_EQ(WhyRefused(std::string("bicicleta\0azul", 14)), control);
    EXPECT_EQ(WhyRefused("bicicleta\tazul"), control);
    EXPECT_EQ(WhyRefused("bicicleta\x7f azul"), control);
    EXPECT_EQ(WhyRefused("bicicleta\xc2\x85 azul"), control);
    EXPECT_EQ(WhyRefused("bicicleta\xc2\xa0 azul"), "");
}

}  // namespace
}  // namespace geniai::auth
