#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llm/admission.h"
#include "tenancy/scope.h"

// What models cost, from a moment on. For the operator; written to the audit log.
namespace geniai::llm {

// In micro-USD for a million tokens.
struct Price {
    std::string model;
    std::string valid_from;  // RFC 3339
    std::int64_t input = 0;
    std::int64_t cached_input = 0;
    std::int64_t output = 0;
    std::int64_t batch_percent = 50;
};

struct ExchangeRate {
    std::string valid_from;
    std::int64_t brl = 0;  // micro-BRL for one USD
};

std::vector<Price> ListPrices(tenancy::RoleScope& scope);
std::vector<ExchangeRate> ListExchangeRates(tenancy::RoleScope& scope);

// From now on, or from `valid_from`. What was booked before stays as it is: see Recost() in usage.h. Throws
// base::Error(kInvalidInput) when a price is negative, or the cached input dearer than the input.
void SetPrice(tenancy::RoleScope& scope, const Price& price, std::optional<Instant> valid_from,
              std::string_view by);
void SetExchangeRate(tenancy::RoleScope& scope, std::int64_t brl, std::optional<Instant> valid_from,
                     std::string_view by);

// What so many tokens cost now; nothing: the model has no price.
std::optional<base::MicroBrl> CostOf(tenancy::TenantScope& scope, std::string_view model,
                                     std::int64_t input_tokens, std::int64_t cached_input_tokens,
                                     std::int64_t output_tokens);

// What a call by the batch interface costs of that, in percent; nothing: the model has no price.
std::optional<std::int64_t> BatchPercentOf(tenancy::TenantScope& scope, std::string_view model);

}  // namespace geniai::llm
