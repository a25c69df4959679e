// What may be spent on models, and what they cost.
#include <boost/json.hpp>

#include "app/commands/commands.h"
#include "app/decimal.h"
#include "app/exit_code.h"
#include "app/instant.h"
#include "app/json_values.h"
#include "app/output.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"
#include "base/error.h"
#include "llm/limits.h"
#include "llm/prices.h"

namespace geniai::app {

namespace {

using llm::LimitKind;

constexpr const char* kWho = "cli";

constexpr Option kLimitTenant{"tenant-id", OptionKind::kInteger, "N",
                              "Whose; without it the installation's as a whole"};
constexpr Option kLimitKind{"kind", OptionKind::kText, "KIND",
                            "requests_per_minute, tokens_per_minute, requests_per_day, brl_per_day or "
                            "brl_per_month",
                            Presence::kRequired};
constexpr Option kValidFrom{"valid-from", OptionKind::kText, "TIME", "From then on (now)"};

bool IsMoney(LimitKind kind) {
    return kind == LimitKind::kBrlPerDay || kind == LimitKind::kBrlPerMonth;
}

LimitKind LimitKindOf(const Arguments& arguments) {
    const std::string name = arguments.RequireText("kind");
    if (const auto kind = llm::LimitKindNamed(name)) return *kind;
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "--kind must be requests_per_minute, tokens_per_minute, requests_per_day, "
                      "brl_per_day or brl_per_month");
}

// Money is said in reais, the rest as whole numbers.
std::int64_t LimitValueOf(LimitKind kind, const std::string& text) {
    return IsMoney(kind) ? ParseMicros("--value", text) : ParseWhole("--value", text);
}

base::TenantId WhoseOf(const Arguments& arguments) {
    return OptionalTenantIdOf(arguments).value_or(base::kOperatorTenant);
}

std::string NameOfWhom(base::TenantId tenant, const std::string& name) {
    return tenant == base::kOperatorTenant ? "installation" : tenant.ToString() + " " + name;
}

// Does `change` to the limits of somebody who exists, in a transaction.
template <class Change>
void ChangeLimits(const Context& context, base::TenantId whose, const Change& change) {
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    if (whose != base::kOperatorTenant) tenancy::GetTenant(scope, whose);
    change(scope);
    scope.Commit();
}

std::string ShownAs(LimitKind kind, std::int64_t value) {
    return IsMoney(kind) ? base::FormatBrl(base::MicroBrl(value)) : std::to_string(value);
}

int RunBudgetShow(const Context& context, const Arguments& arguments) {
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const auto stops = llm::ListStops(scope);
    boost::json::array list;
    boost::json::array stopped;
    std::vector<std::vector<std::string>> rows;
    for (const llm::LimitState& state : llm::ListLimits(scope, OptionalTenantIdOf(arguments))) {
        list.push_back({{"tenant_id", state.tenant.value()},
                        {"kind", llm::NameOf(state.kind)},
                        {"limit", OrNull(state.limit)},
                        {"used", state.used},
                        {"raised_until", OrNull(state.raised_until)}});
        if (!state.limit && state.used == 0) continue;  // nothing to see there
        const std::string percent =
            state.limit && *state.limit > 0 ? std::to_string(100 * state.used / *state.limit) + " %" : "";
        rows.push_back({NameOfWhom(state.tenant, state.tenant_name), std::string(llm::NameOf(state.kind)),
                        ShownAs(state.kind, state.used),
                        state.limit ? ShownAs(state.kind, *state.limit) : "-", percent,
                        state.raised_until.value_or("")});
    }
    for (const llm::StopState& stop : stops) {
        stopped.push_back({{"tenant_id", stop.tenant.value()},
                           {"stopped_at", stop.stopped_at},
                           {"stopped_by", stop.stopped_by}});
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(
            boost::json::object{{"limits", std::move(list)}, {"stops", std::move(stopped)}}));
        return kDone;
    }
    PrintLine(FormatTable({"WHOSE", "KIND", "USED", "LIMIT", "SHARE", "RAISED UNTIL"}, rows));
    for (const llm::StopState& stop : stops) {
        PrintLine(NameOfWhom(stop.tenant, stop.tenant_name) + " is stopped since " + stop.stopped_at +
                  " by " + stop.stopped_by + ": geniai budget resume");
    }
    return kDone;
}

int RunBudgetSet(const Context& context, const Arguments& arguments) {
    const LimitKind kind = LimitKindOf(arguments);
    const auto text = arguments.Text("value");
    if (text.has_value() == arguments.Has("none")) {
        throw base::Error(base::ErrorCode::kInvalidInput, "say either --value or --none");
    }
    std::optional<std::int64_t> value;
    if (text) value = LimitValueOf(kind, *text);
    const base::TenantId whose = WhoseOf(arguments);
    ChangeLimits(context, whose, [&](tenancy::RoleScope& scope) {
        llm::SetLimit(scope, whose, kind, value, kWho);
    });
    PrintLine(std::string(llm::NameOf(kind)) + " of " + NameOfWhom(whose, "") +
              (value ? " is " + ShownAs(kind, *value) + " now." : " has no limit of its own now."));
    return kDone;
}

int RunBudgetRaise(const Context& context, const Arguments& arguments) {
    const LimitKind kind = LimitKindOf(arguments);
    const std::int64_t value = LimitValueOf(kind, arguments.RequireText("value"));
    const llm::Instant until = ParseInstant("--until", arguments.RequireText("until"));
    const base::TenantId whose = WhoseOf(arguments);
    ChangeLimits(context, whose, [&](tenancy::RoleScope& scope) {
        llm::RaiseLimit(scope, whose, kind, value, until, arguments.RequireText("author"));
    });
    PrintLine(std::string(llm::NameOf(kind)) + " of " + NameOfWhom(whose, "") + " is " +
              ShownAs(kind, value) + " until " + FormatMicros(until) + ".");
    return kDone;
}

int RunBudgetStop(const Context& context, const Arguments& arguments) {
    const base::TenantId whose = WhoseOf(arguments);
    ChangeLimits(context, whose, [&](tenancy::RoleScope& scope) {
        llm::Stop(scope, whose, kWho);
    });
    PrintLine("No call to a model is let through for " + NameOfWhom(whose, "") +
              " any more: geniai budget resume");
    return kDone;
}

int RunBudgetResume(const Context& context, const Arguments& arguments) {
    const base::TenantId whose = WhoseOf(arguments);
    ChangeLimits(context, whose, [&](tenancy::RoleScope& scope) {
        llm::Resume(scope, whose, kWho);
    });
    PrintLine("Calls to models are let through for " + NameOfWhom(whose, "") + ".");
    return kDone;
}

int RunPricesList(const Context& context, const Arguments& arguments) {
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    boost::json::array prices;
    boost::json::array rates;
    std::vector<std::vector<std::string>> rows;
    for (const llm::Price& price : llm::ListPrices(scope)) {
        prices.push_back({{"model", price.model},
                          {"valid_from", price.valid_from},
                          {"input_micro_usd", price.input},
                          {"cached_input_micro_usd", price.cached_input},
                          {"output_micro_usd", price.output},
                          {"batch_percent", price.batch_percent}});
        rows.push_back({price.model, price.valid_from, FormatMillionths(price.input),
                        FormatMillionths(price.cached_input), FormatMillionths(price.output),
                        std::to_string(price.batch_percent) + " %"});
    }
    std::vector<std::vector<std::string>> rate_rows;
    for (const llm::ExchangeRate& rate : llm::ListExchangeRates(scope)) {
        rates.push_back({{"valid_from", rate.valid_from}, {"micro_brl", rate.brl}});
        rate_rows.push_back({rate.valid_from, FormatMillionths(rate.brl)});
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(
            boost::json::object{{"prices", std::move(prices)}, {"rates", std::move(rates)}}));
        return kDone;
    }
    PrintLine("USD for a million tokens");
    PrintLine(FormatTable({"MODEL", "VALID FROM", "INPUT", "CACHED", "OUTPUT", "BATCH"}, rows));
    PrintLine("BRL for one USD");
    PrintLine(FormatTable({"VALID FROM", "BRL"}, rate_rows));
    return kDone;
}

std::optional<llm::Instant> ValidFromOf(const Arguments& arguments) {
    const auto text = arguments.Text("valid-from");
    return text ? std::optional(ParseInstant("--valid-from", *text)) : std::nullopt;
}

// A price of the past does not change what was booked by itself.
void SayHowToRecost(const std::optional<llm::Instant>& valid_from) {
    if (valid_from) PrintLine("Calls that were booked at another price: geniai usage recost --dry-run");
}

int RunPricesSet(const Context& context, const Arguments& arguments) {
    llm::Price price;
    price.model = arguments.RequireText("model");
    price.input = ParseMicros("--input", arguments.RequireText("input"));
    price.output = ParseMicros("--output", arguments.RequireText("output"));
    price.cached_input = price.input;
    if (const auto cached = arguments.Text("cached-input")) {
        price.cached_input = ParseMicros("--cached-input", *cached);
    }
    price.batch_percent = arguments.Integer("batch-percent").value_or(50);
    const auto valid_from = ValidFromOf(arguments);
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    llm::SetPrice(scope, price, valid_from, kWho);
    scope.Commit();
    PrintLine("A million tokens of " + price.model + " cost " + FormatMillionths(price.input) +
              " USD of input and " + FormatMillionths(price.output) + " USD of output.");
    SayHowToRecost(valid_from);
    return kDone;
}

int RunPricesRate(const Context& context, const Arguments& arguments) {
    const std::int64_t brl = ParseMicros("--brl", arguments.RequireText("brl"));
    const auto valid_from = ValidFromOf(arguments);
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    llm::SetExchangeRate(scope, brl, valid_from, kWho);
    scope.Commit();
    PrintLine("One USD is " + FormatMillionths(brl) + " BRL.");
    SayHowToRecost(valid_from);
    return kDone;
}

}  // namespace

std::vector<Command> ModelCommands() {
    return {
        {"budget show", "Show what may be used of models, and how much of it is",
         {{"tenant-id", OptionKind::kInteger, "N", "Only this tenant; 0 is the installation"},
          kJsonOption},
         RunBudgetShow},
        {"budget set", "Set a limit of calls, tokens or money",
         {kLimitTenant,
          kLimitKind,
          {"value", OptionKind::kText, "VALUE", "How much; money in reais: 12.50"},
          {"none", OptionKind::kSwitch, "", "No limit of its own"}},
         RunBudgetSet},
        {"budget raise", "Give a limit another height for a while",
         {kLimitTenant,
          kLimitKind,
          {"value", OptionKind::kText, "VALUE", "How much; money in reais: 12.50",
           Presence::kRequired},
          {"until", OptionKind::kText, "TIME", "When it ends: 2026-03-01T12:00:00Z",
           Presence::kRequired},
          {"author", OptionKind::kText, "WHO", "Who answers for it", Presence::kRequired}},
         RunBudgetRaise},
        {"budget stop", "Let no call to a model through", {kLimitTenant}, RunBudgetStop},
        {"budget resume", "Let calls to models through again", {kLimitTenant}, RunBudgetResume},
        {"prices list", "List what models cost, and the exchange rate", {kJsonOption}, RunPricesList},
        {"prices set", "Set what a model costs, in USD for a million tokens",
         {{"model", OptionKind::kText, "NAME", "Which model", Presence::kRequired},
          {"input", OptionKind::kText, "USD", "Of the prompt: 0.15", Presence::kRequired},
          {"cached-input", OptionKind::kText, "USD", "Of a prompt that is cached (as the input)"},
          {"output", OptionKind::kText, "USD", "Of the answer: 0.60", Presence::kRequired},
          {"batch-percent", OptionKind::kInteger, "N", "What a batch costs of that (50)"},
          kValidFrom},
         RunPricesSet},
        {"prices rate", "Set the exchange rate",
         {{"brl", OptionKind::kText, "BRL", "For one USD: 5.50", Presence::kRequired}, kValidFrom},
         RunPricesRate},
    };
}

}  // namespace geniai::app
