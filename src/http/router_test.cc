#include "http/router.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace geniai::http {
namespace {

// Answers with a name and what the path's parameters are.
Handler Named(const std::string& name) {
    return [name](const Request& request) {
        Response response;
        response.body = name;
        for (const auto& [key, value] : request.path_parameters) {
            response.body += " " + key + "=" + value;
        }
        return response;
    };
}

Response Route(const Router& router, const std::string& method, const std::string& path) {
    Request request;
    request.method = method;
    request.path = path;
    return router.Route(request);
}

std::string Body(const Router& router, const std::string& path) {
    return Route(router, "GET", path).body;
}

TEST(RouterTest, FillsParametersFromTheirSegments) {
    Router router;
    router.Add("GET", "/api/tenants/{tenant_id}/leads/{lead_id}", Named("lead"));
    EXPECT_EQ(Body(router, "/api/tenants/7/leads/a b"), "lead lead_id=a b tenant_id=7");
}

TEST(RouterTest, TakesSegmentsLiterally) {
    Router router;
    router.Add("GET", "/", Named("root"));
    router.Add("GET", "/a", Named("a"));
    router.Add("GET", "/a/{id}", Named("child"));
    EXPECT_EQ(Body(router, "/"), "root");
    EXPECT_EQ(Body(router, "/a"), "a");
    EXPECT_EQ(Body(router, "/a/.."), "child id=..");
    for (const std::string path : {"/a/", "//", "//a", "/A", "/a/x/", "/a//", "", "/a/x/y"}) {
        EXPECT_EQ(Route(router, "GET", path).status, 404) << path;
    }
}

TEST(RouterTest, PrefersTheMoreLiteralPatternWhateverTheOrder) {
    Router router;
    router.Add("GET", "/{kind}/list", Named("any list"));
    router.Add("GET", "/leads/{id}", Named("lead"));
    router.Add("GET", "/leads/list", Named("lead list"));
    router.Add("GET", "/{kind}/{id}", Named("any"));
    EXPECT_EQ(Body(router, "/leads/list"), "lead list");
    EXPECT_EQ(Body(router, "/leads/3"), "lead id=3");
    EXPECT_EQ(Body(router, "/inboxes/list"), "any list kind=inboxes");
    EXPECT_EQ(Body(router, "/inboxes/3"), "any id=3 kind=inboxes");
}

TEST(RouterTest, AnswersHeadByGet) {
    Router router;
    router.Add("GET", "/a", Named("get"));
    EXPECT_EQ(Route(router, "HEAD", "/a").body, "get");
    router.Add("HEAD", "/a", Named("head"));
    EXPECT_EQ(Route(router, "HEAD", "/a").body, "head");
}

TEST(RouterTest, NamesTheAllowedMethodsWhenItRefusesOne) {
    Router router;
    router.Add("POST", "/a", Named("post"));
    router.Add("GET", "/a", Named("get"));
    router.Add("POST", "/{other}", Named("other"));
    const Response refused = Route(router, "DELETE", "/a");
    EXPECT_EQ(refused.status, 405);
    EXPECT_EQ(refused.Header("Allow"), "GET, HEAD, POST");
    EXPECT_EQ(Route(router, "HEAD", "/b").Header("Allow"), "POST");
    EXPECT_EQ(Route(router, "get", "/a").status, 405);
}

TEST(RouterTest, LetsTheCallerWordItsRefusals) {
    Router router([](const Request& request, int status) {
        return PlainText(status, request.path + " gives " + std::to_string(status));
    });
    router.Add("GET", "/a", Named("a"));
    EXPECT_EQ(Body(router, "/b"), "/b gives 404\n");
    EXPECT_EQ(Route(router, "PUT", "/a").body, "/a gives 405\n");
    EXPECT_EQ(Route(router, "PUT", "/a").Header("Allow"), "GET, HEAD");
}

TEST(RouterTest, RefusesRoutesThatContradictEachOther) {
    Router router;
    router.Add("GET", "/a/{id}", Named("a"));
    EXPECT_THROW(router.Add("GET", "/a/{id}", Named("b")), base::Error);
    EXPECT_THROW(router.Add("POST", "/a/{name}", Named("b")), base::Error);
    EXPECT_EQ(Body(router, "/a/1"), "a id=1");
}

TEST(RouterTest, RefusesAPatternThatIsNone) {
    Router router;
    for (const std::string bad : {"", "a", "/{", "/{}", "/x{id}", "/{id}x", "/{{id}}", "/}a{"}) {
        EXPECT_THROW(router.Add("GET", bad, Named("a")), base::Error) << bad;
    }
}

TEST(RouterTest, ListsItsRoutes) {
    Router router;
    router.Add("POST", "/b/{id}", Named("b"));
    router.Add("GET", "/b/{id}", Named("b"));
    router.Add("GET", "/a", Named("a"));
    EXPECT_EQ(router.ListRoutes(),
              (std::vector<std::string>{"GET /a", "GET /b/{id}", "POST /b/{id}"}));
}

}  // namespace
}  // namespace geniai::http
