#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "warehouse/lead_report.h"
#include "warehouse/report_period.h"

namespace geniai::web {

// An id from the path; what is no positive number is like an id that does not exist:
// base::Error(kNotFound).
std::int64_t RequirePathId(const http::Request& request, const std::string& name);

// from, to, inbox. Throws base::Error(kInvalidInput) for what does not fit; the days are checked by
// warehouse::SettlePeriod().
warehouse::ReportFilter ParseReportFilter(const http::Request& request);

// label, flag, status, category, q, page.
warehouse::LeadFilter ParseLeadFilter(const http::Request& request);

}  // namespace geniai::web
