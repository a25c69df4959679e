#include <boost/json.hpp>

#include "tenancy/tenants.h"
#include "warehouse/overview_report.h"
#include "web/api.h"
#include "web/inbox_choices.h"
#include "web/json_response.h"
#include "web/parameters.h"
#include "web/session_guard.h"

namespace geniai::web {

namespace {

boost::json::object Encode(const warehouse::Kpis& kpis) {
    return {{"conversations", kpis.conversations},
            {"leads", kpis.leads},
            {"visits", kpis.visits},
            {"conversions", kpis.conversions},
            {"first_response_mean_seconds", Nullable(kpis.first_response_mean_seconds)},
            {"first_response_median_seconds", Nullable(kpis.first_response_median_seconds)},
            {"without_answer", kpis.without_answer}};
}

boost::json::array Encode(const std::vector<warehouse::DayCount>& days) {
    boost::json::array list;
    for (const auto& day : days) {
        list.push_back(
            {{"date", day.date}, {"conversations", day.conversations}, {"leads", day.leads}});
    }
    return list;
}

boost::json::array Encode(const std::vector<warehouse::InboxCounts>& inboxes) {
    boost::json::array list;
    for (const auto& inbox : inboxes) {
        boost::json::object row = Encode(inbox.kpis);
        row["inbox_id"] = inbox.inbox.value();
        row["name"] = inbox.name;
        row["channel_type"] = inbox.channel_type;
        list.push_back(std::move(row));
    }
    return list;
}

boost::json::array Encode(const std::vector<warehouse::DayPartCount>& parts) {
    boost::json::array list;
    for (const auto& part : parts) {
        list.push_back({{"period", part.period},
                        {"conversations", part.conversations},
                        {"leads", part.leads}});
    }
    return list;
}

}  // namespace

http::Response Api::Overview(const http::Request& request) const {
    const auth::Principal principal = RequirePrincipal(sessions_, request);
    const base::TenantId tenant = RequireTenant(principal, request);
    const warehouse::ReportFilter filter = ParseReportFilter(request);

    auto connection = pool_.Acquire();
    tenancy::TenantScope scope(*connection, tenancy::DatabaseRole::kAuthenticatedUsers, tenant);
    // First, because it says in the page's language when there is no such tenant.
    const warehouse::ReportPeriod period = warehouse::SettlePeriod(scope, filter);
    const tenancy::Tenant described = tenancy::GetScopedTenant(scope);

    boost::json::array categories;
    for (const auto& count : warehouse::ReadByCategory(scope, period)) {
        const CategoryStyle& style = StyleOf(count.category);
        categories.push_back({{"category", count.category},
                              {"label", style.label},
                              {"color", style.color},
                              {"conversations", count.conversations},
                              {"leads", count.leads}});
    }
    return JsonResponse(
        {{"tenant",
          {{"id", tenant.value()},
           {"name", described.name},
           {"slug", described.slug},
           {"timezone", described.timezone}}},
         {"period", {{"from", period.first_day}, {"to", period.last_day}}},
         {"complete_up_to", Nullable(warehouse::ReadCompleteUpTo(scope))},
         {"kpis", Encode(warehouse::ReadKpis(scope, period))},
         {"previous", Encode(warehouse::ReadPreviousKpis(scope, period))},
         {"leads_per_day", Encode(warehouse::ReadLeadsPerDay(scope, period))},
         {"by_inbox", Encode(warehouse::ReadByInbox(scope, period))},
         {"by_category", categories},
         {"by_period", Encode(warehouse::ReadByDayPart(scope, period))},
         {"inboxes", EncodeInboxChoices(warehouse::ReadInboxChoices(scope))}});
}

}  // namespace geniai::web
