#include "analysis/provider_trouble.h"

namespace geniai::analysis {

bool IsProvidersTrouble(std::string_view cause) {
    return cause == "timeout" || cause == "broken_connection" || cause == "not_json" ||
           cause == "insufficient_quota" || cause == "no_result" || cause == "lease" ||
           cause.starts_with("batch_") || (cause.starts_with("http_") && cause != "http_400");
}

bool IsHopeless(std::string_view cause) {
    return cause == "http_401" || cause == "http_403" || cause == "http_404" ||
           cause == "insufficient_quota";
}

}  // namespace geniai::analysis
