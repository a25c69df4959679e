#include "llm/prices.h"

#include "base/error.h"
#include "tenancy/audit_log.h"

namespace geniai::llm {

namespace {

const pg::Query kListPrices{"llm.prices.list", R"sql(
    select model, rfc3339(valid_from) as valid_from, input, cached_input, output, batch_percent
      from model_prices order by model, valid_from desc
)sql"};

const pg::Query kCost{"llm.cost", "select llm_cost($1, now(), $2, $3, $4, false) as brl",
                      pg::Planning::kOnce};

const pg::Query kBatchPercent{"llm.batch_percent", R"sql(
    select batch_percent from model_prices where model = $1 and valid_from <= now()
     order by valid_from desc limit 1
)sql"};

const pg::Query kListRates{"llm.rates.list", R"sql(
    select rfc3339(valid_from) as valid_from, brl from exchange_rates order by valid_from desc
)sql"};

const pg::Query kSetPrice{"llm.prices.set", R"sql(
    insert into model_prices (model, valid_from, input, cached_input, output, batch_percent)
    values ($1, coalesce(timestamptz 'epoch' + $2::bigint * interval '1 microsecond', now()),
            $3, $4, $5, $6)
    on conflict (model, valid_from) do update
       set input = excluded.input, cached_input = excluded.cached_input, output = excluded.output,
           batch_percent = excluded.batch_percent
)sql"};

const pg::Query kSetRate{"llm.rates.set", R"sql(
    insert into exchange_rates (valid_from, brl)
    values (coalesce(timestamptz 'epoch' + $1::bigint * interval '1 microsecond', now()), $2)
    on conflict (valid_from) do update set brl = excluded.brl
)sql"};

void Refuse(const char* reason) {
    throw base::Error(base::ErrorCode::kInvalidInput, reason);
}

}  // namespace

std::vector<Price> ListPrices(tenancy::RoleScope& scope) {
    std::vector<Price> prices;
    for (const pg::Row row : scope.Execute(kListPrices)) {
        prices.push_back({row["model"].String(), row["valid_from"].String(), row["input"].Int64(),
                          row["cached_input"].Int64(), row["output"].Int64(),
                          row["batch_percent"].Int64()});
    }
    return prices;
}

std::vector<ExchangeRate> ListExchangeRates(tenancy::RoleScope& scope) {
    std::vector<ExchangeRate> rates;
    for (const pg::Row row : scope.Execute(kListRates)) {
        rates.push_back({row["valid_from"].String(), row["brl"].Int64()});
    }
    return rates;
}

void SetPrice(tenancy::RoleScope& scope, const Price& price, std::optional<Instant> valid_from,
              std::string_view by) {
    if (price.input < 0 || price.cached_input < 0 || price.output < 0) Refuse("a price is never negative");
    if (price.cached_input > price.input) Refuse("cached input is never dearer than the input");
    if (price.batch_percent < 0 || price.batch_percent > 100) {
        Refuse("--batch-percent must be between 0 and 100");
    }
    scope.Execute(kSetPrice, price.model, valid_from, price.input, price.cached_input, price.output,
                  price.batch_percent);
    tenancy::AppendAudit(scope, base::kOperatorTenant,
                         {by, "llm.price.set", "model " + price.model,
                          R"({"input":)" + std::to_string(price.input) + R"(,"cached_input":)" +
                              std::to_string(price.cached_input) + R"(,"output":)" +
                              std::to_string(price.output) + "}"});
}

void SetExchangeRate(tenancy::RoleScope& scope, std::int64_t brl, std::optional<Instant> valid_from,
                     std::string_view by) {
    if (brl <= 0) Refuse("an exchange rate is more than nothing");
    scope.Execute(kSetRate, valid_from, brl);
    tenancy::AppendAudit(scope, base::kOperatorTenant,
                         {by, "llm.rate.set", "USD", R"({"brl":)" + std::to_string(brl) + "}"});
}

std::optional<base::MicroBrl> CostOf(tenancy::TenantScope& scope, std::string_view model,
                                     std::int64_t input_tokens, std::int64_t cached_input_tokens,
                                     std::int64_t output_tokens) {
    const auto brl =
        scope.Execute(kCost, model, input_tokens, cached_input_tokens, output_tokens)
            .One()["brl"]
            .OptionalInt64();
    return brl ? std::optional(base::MicroBrl(*brl)) : std::nullopt;
}

std::optional<std::int64_t> BatchPercentOf(tenancy::TenantScope& scope, std::string_view model) {
    const auto row = scope.Execute(kBatchPercent, model).MaybeOne();
    return row ? std::optional((*row)["batch_percent"].Int64()) : std::nullopt;
}

}  // namespace geniai::llm
