#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace geniai::http {

// Finds the handler of a request by path and method. Filled once at the start; after that Route may
// run on any number of threads.
class Router {
public:
    // Answers what no route answers: status 404, or 405 (the router adds the Allow header).
    using Refusal = std::function<Response(const Request&, int status)>;

    Router();  // refuses in plain text
    explicit Router(Refusal refusal);

    // `pattern` is "/", or segments such as "/api/tenants/{tenant_id}/leads"; a parameter fills one
    // segment that is not empty. HEAD is answered by GET's handler. Throws base::Error(kFailed) for
    // a route that is there already, or that names the parameters of a known path differently.
    void Add(std::string_view method, std::string_view pattern, Handler handler);

    // The path alone chooses the resource, then the method the handler. Where several patterns fit,
    // a literal segment beats a parameter, from left to right.
    Response Route(const Request& request) const;

    // "GET /api/me" and so on, sorted: for a test that holds the routes against their description.
    std::vector<std::string> ListRoutes() const;

private:
    struct Segment {
        std::string text;  // what it must be, or the parameter's name
        bool is_parameter = false;
    };
    struct Resource {
        std::string pattern;
        std::vector<Segment> segments;
        std::map<std::string, Handler, std::less<>> handlers;  // by method
    };

    static std::vector<Segment> ParsePattern(std::string_view pattern);
    static bool ComesBefore(const Resource& left, const Resource& right);
    static bool Matches(const Resource& resource, const std::vector<std::string_view>& segments);
    Resource& ResourceOf(std::string_view pattern);
    const Resource* FindResource(const std::vector<std::string_view>& segments) const;

    Refusal refusal_;
    std::vector<Resource> resources_;  // the most literal first
};

}  // namespace geniai::http
