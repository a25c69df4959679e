#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/money.h"
#include "base/strong_id.h"
#include "tenancy/scope.h"

// Whether a call to a model may be made, and what it has cost: the functions of 0008_gateway.sql, which
// keep every limit and budget over any number of processes and hosts. A call goes through them in this
// order, each in a transaction of its own:
//
//   Reserve → granted → MarkSent → (the call) → Settle
//
// A process that dies in between leaves a reservation, which ends with its lease: unsent it costs
// nothing, sent it is booked at its reserved price.
namespace geniai::llm {

using CallId = base::StrongId<struct CallTag>;

// Microseconds since 1970.
using Instant = std::int64_t;

// A call that somebody wants to make.
struct CallPlan {
    std::string purpose;         // "remarketing", "classification", "evaluation"
    std::string model;
    std::string prompt_version;
    std::string input_hash;      // digest of what is asked, as base::DigestOf() makes it
    std::int32_t input_tokens = 0;   // at the most
    std::int32_t output_tokens = 0;  // what the answer may have, as the provider is told
    bool is_batch = false;       // by the batch interface: not paced, and cheaper
};

enum class Verdict {
    kGranted,
    kWait,     // a window of a minute is full; it opens at `not_before`
    kRefused,  // a budget, a day's window, a stop or a missing price; `not_before` says until when
};

struct Admission {
    Verdict verdict = Verdict::kRefused;
    CallId call;                         // granted only, as `reserved`
    base::MicroBrl reserved;
    std::optional<Instant> not_before;   // nothing: until somebody changes something
    std::string reason;                  // "installation_day_budget", "tenant_stopped" …
};

// How long a call may take altogether, and after how long a dead process's reservation ends. The longest
// call and its answer's check fit in.
inline constexpr std::chrono::seconds kLease{90};

// Reserves a call for a tenant. Not waited for by the disk: the commit of MarkSent() covers it.
Admission Reserve(pg::Connection& warehouse, base::TenantId tenant, const CallPlan& plan,
                  std::chrono::seconds lease = kLease);

// Before the first byte is sent. False: the lease has ended, do not send.
bool MarkSent(pg::Connection& warehouse, base::TenantId tenant, CallId call);

// How a call ended.
struct CallEnd {
    enum class Entry {
        kSettled,      // the provider said what it used; nothing, for an error that it does not bill
        kUnconfirmed,  // sent, and nobody can say what came of it
        kReleased,     // never sent
    };
    Entry entry = Entry::kSettled;
    std::int32_t input_tokens = 0;         // with the cached ones
    std::int32_t cached_input_tokens = 0;
    std::int32_t output_tokens = 0;
    std::string outcome = "ok";            // or the cause of the failure
    std::chrono::milliseconds took{0};
};

// Books the call and gives back what was reserved too much. Returns what the call costs. A second time
// changes nothing; after the end of the lease it corrects what was booked then.
base::MicroBrl Settle(pg::Connection& warehouse, base::TenantId tenant, CallId call,
                      const CallEnd& end);

// Closes the reservations whose lease has ended, of all tenants. Returns how many. For the operator.
std::int64_t EndLeases(tenancy::RoleScope& scope);

// Makes the meters anew from the ledger. Returns how many stood wrong. For the operator.
std::int64_t RebuildMeters(tenancy::RoleScope& scope);

}  // namespace geniai::llm
