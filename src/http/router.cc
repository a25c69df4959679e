#include "http/router.h"

#include <algorithm>

#include "base/error.h"
#include "http/response_head.h"

namespace geniai::http {

namespace {

Response RefusePlainly(const Request&, int status) {
    return PlainText(status, ReasonPhrase(status));
}

// "/a/b" is {"a", "b"}, "/" is {""}, "/a/" is {"a", ""}. The path begins with a slash.
std::vector<std::string_view> SplitPath(std::string_view path) {
    std::vector<std::string_view> segments;
    path.remove_prefix(std::min<std::size_t>(1, path.size()));
    for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
        segments.push_back(path.substr(0, slash));
        path.remove_prefix(slash + 1);
    }
    segments.push_back(path);
    return segments;
}

[[noreturn]] void RefusePattern(std::string_view pattern, std::string_view reason) {
    throw base::Error(base::ErrorCode::kFailed,
                      "route " + std::string(pattern) + ": " + std::string(reason));
}

}  // namespace

Router::Router() : Router(RefusePlainly) {}

Router::Router(Refusal refusal) : refusal_(std::move(refusal)) {}

std::vector<Router::Segment> Router::ParsePattern(std::string_view pattern) {
    if (pattern.substr(0, 1) != "/") RefusePattern(pattern, "does not begin with a slash");
    std::vector<Segment> segments;
    for (const auto text : SplitPath(pattern)) {
        if (text.find_first_of("{}") == std::string_view::npos) {
            segments.push_back({std::string(text), false});
            continue;
        }
        const bool is_wrapped = text.size() > 2 && text.front() == '{' && text.back() == '}';
        const auto name = text.substr(1, text.size() - 2);
        if (!is_wrapped || name.find_first_of("{}") != std::string_view::npos) {
            RefusePattern(pattern, "a parameter is a whole segment such as {id}");
        }
        segments.push_back({std::string(name), true});
    }
    return segments;
}

// Orders patterns so that of those that fit a path the most literal one comes first. Patterns of
// the same shape are equal.
bool Router::ComesBefore(const Resource& left, const Resource& right) {
    return std::lexicographical_compare(left.segments.begin(), left.segments.end(),
                                        right.segments.begin(), right.segments.end(),
                                        [](const Segment& a, const Segment& b) {
                                            if (a.is_parameter != b.is_parameter)
                                                return b.is_parameter;
                                            return !a.is_parameter && a.text < b.text;
                                        });
}

Router::Resource& Router::ResourceOf(std::string_view pattern) {
    Resource fresh{std::string(pattern), ParsePattern(pattern), {}};
    const auto place = std::lower_bound(resources_.begin(), resources_.end(), fresh, ComesBefore);
    if (place == resources_.end() || ComesBefore(fresh, *place)) {
        return *resources_.insert(place, std::move(fresh));
    }
    if (place->pattern != pattern) {
        RefusePattern(pattern, "the same path is known as " + place->pattern);
    }
    return *place;
}

void Router::Add(std::string_view method, std::string_view pattern, Handler handler) {
    const auto [place, is_new] =
        ResourceOf(pattern).handlers.emplace(std::string(method), std::move(handler));
    if (!is_new) RefusePattern(pattern, place->first + " is there already");
}

bool Router::Matches(const Resource& resource, const std::vector<std::string_view>& segments) {
    return std::equal(resource.segments.begin(), resource.segments.end(), segments.begin(),
                      segments.end(), [](const Segment& pattern, std::string_view text) {
                          return pattern.is_parameter ? !text.empty() : pattern.text == text;
                      });
}

const Router::Resource* Router::FindResource(const std::vector<std::string_view>& segments) const {
    const auto found =
        std::find_if(resources_.begin(), resources_.end(),
                     [&](const Resource& resource) { return Matches(resource, segments); });
    return found == resources_.end() ? nullptr : &*found;
}

Response Router::Route(const Request& request) const {
    if (!request.path.starts_with('/')) return refusal_(request, 404);
    const auto segments = SplitPath(request.path);
    const Resource* resource = FindResource(segments);
    if (resource == nullptr) return refusal_(request, 404);

    auto handler = resource->handlers.find(request.method);
    if (handler == resource->handlers.end() && request.method == "HEAD") {
        handler = resource->handlers.find("GET");
    }
    if (handler == resource->handlers.end()) {
        Response refused = refusal_(request, 405);
        std::string allow;
        for (const auto& [method, unused] : resource->handlers) {
            allow += (allow.empty() ? "" : ", ") + method;
            if (method == "GET" && !resource->handlers.contains("HEAD")) allow += ", HEAD";
        }
        refused.headers.emplace_back("Allow", allow);
        return refused;
    }

    Request routed = request;
    for (std::size_t at = 0; at < segments.size(); ++at) {
        const Segment& segment = resource->segments[at];
        if (segment.is_parameter) routed.path_parameters[segment.text] = segments[at];
    }
    return handler->second(routed);
}

std::vector<std::string> Router::ListRoutes() const {
    std::vector<std::string> routes;
    for (const Resource& resource : resources_) {
        for (const auto& [method, unused] : resource.handlers) {
            routes.push_back(method + " " + resource.pattern);
        }
    }
    std::sort(routes.begin(), routes.end());
    return routes;
}

}  // namespace geniai::http
