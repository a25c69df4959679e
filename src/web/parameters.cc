#include "web/parameters.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"
#include "base/safe_text.h"

namespace geniai::web {

namespace {

constexpr std::size_t kSearchMax = 200;  // bytes; longer than any name or address
constexpr int kPageMax = 100'000;
constexpr int kStatusMax = 3;

std::optional<std::int64_t> ParseNumber(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    if (error != std::errc() || end != text.end()) return std::nullopt;
    return value;
}

// A query parameter; an empty one counts as absent, as forms send it.
std::optional<std::string> TextParameter(const http::Request& request, std::string_view name) {
    const auto text = request.Query(name);
    if (!text || text->empty()) return std::nullopt;
    return std::string(*text);
}

std::optional<std::int64_t> NumberParameter(const http::Request& request, std::string_view name,
                                            std::int64_t min, std::int64_t max) {
    const auto text = TextParameter(request, name);
    if (!text) return std::nullopt;
    const auto value = ParseNumber(*text);
    if (value && *value >= min && *value <= max) return value;
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "Parâmetro inválido: " + std::string(name) + ".");
}

template <std::size_t N>
std::optional<std::string> ChoiceParameter(const http::Request& request, std::string_view name,
                                           const std::array<std::string_view, N>& choices) {
    const auto text = TextParameter(request, name);
    if (!text || std::ranges::find(choices, *text) != choices.end()) return text;
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "Parâmetro inválido: " + std::string(name) + ".");
}

}  // namespace

std::int64_t RequirePathId(const http::Request& request, const std::string& name) {
    const auto found = request.path_parameters.find(name);
    if (found != request.path_parameters.end()) {
        const auto id = ParseNumber(found->second);
        if (id && *id > 0 && *id <= INT32_MAX) return *id;
    }
    throw base::Error(base::ErrorCode::kNotFound, "Não encontrado.");
}

warehouse::ReportFilter ParseReportFilter(const http::Request& request) {
    warehouse::ReportFilter filter;
    filter.first_day = TextParameter(request, "from");
    filter.last_day = TextParameter(request, "to");
    if (const auto inbox = NumberParameter(request, "inbox", 1, INT64_MAX)) {
        filter.inbox = base::InboxId(*inbox);
    }
    return filter;
}

warehouse::LeadFilter ParseLeadFilter(const http::Request& request) {
    warehouse::LeadFilter filter;
    filter.label = ChoiceParameter(request, "label",
                                   std::array<std::string_view, 4>{"Alto", "Médio", "Baixo", "N/A"});
    const auto flag = ChoiceParameter(
        request, "flag",
        std::array<std::string_view, 3>{"visit", "conversion", "without_answer"});
    if (flag == "visit") filter.flag = warehouse::LeadFlag::kVisit;
    if (flag == "conversion") filter.flag = warehouse::LeadFlag::kConversion;
    if (flag == "without_answer") filter.flag = warehouse::LeadFlag::kWithoutAnswer;
    if (const auto status = NumberParameter(request, "status", 0, kStatusMax)) {
        filter.status = static_cast<int>(*status);
    }
    filter.category = TextParameter(request, "category");
    filter.search = TextParameter(request, "q").value_or("").substr(0, kSearchMax);
    std::string scratch;
    filter.search = std::string(base::SafeText(filter.search, scratch));
    filter.page = static_cast<int>(NumberParameter(request, "page", 1, kPageMax).value_or(1));
    return filter;
}

}  // namespace geniai::web
