#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tenancy/scope.h"

namespace geniai::warehouse {

// The greatest (updated_at, id) of a stream that is safely loaded. Microseconds since 1970, UTC.
struct Watermark {
    std::int64_t at = 0;
    std::int64_t id = 0;

    friend auto operator<=>(const Watermark&, const Watermark&) = default;
};

std::optional<Watermark> FindWatermark(tenancy::TenantScope& scope, std::string_view stream);

// Moves the watermark, in the transaction that loads the rows up to it. Never moves it back.
void AdvanceWatermark(tenancy::TenantScope& scope, std::string_view stream, Watermark watermark);

}  // namespace geniai::warehouse
