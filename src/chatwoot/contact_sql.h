#pragma once

#include <string>

#include "chatwoot/verification.h"

// A contact as SQL reads it at the source: for those who deliver its row, and those who only compare it.
namespace geniai::chatwoot {

// The columns of a contact as ContactColumns() names them, out of Chatwoot's table or what stands for
// it, with alias `k`.
inline constexpr const char* kContactListSql =
    "k.id as contact_id, k.name, k.email, k.phone_number, k.identifier,"
    " k.created_at as contact_created_at, k.blocked";

// The hash of a row with these columns and alias `x`, a number.
std::string ContactHashSql(std::int64_t seed);

// "row_hash" of the contacts that fulfil a condition on `k`.
std::string ContactHashesSql(const Verification& verification, std::int64_t seed,
                             const std::string& condition);

}  // namespace geniai::chatwoot
