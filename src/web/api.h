#pragma once

#include <string>
#include <vector>

#include "auth/sessions.h"
#include "http/message.h"
#include "http/router.h"
#include "obs/log.h"
#include "pg/pool.h"
#include "web/assets.h"

namespace geniai::web {

// How the rules' categories are shown.
struct CategoryStyle {
    std::string key;
    std::string label;
    std::string color;
};

// The JSON API and the web application: one function an endpoint, each of which parses, checks who may,
// opens the tenant's scope, reads a report and encodes it. Thread-safe.
class Api {
public:
    struct Settings {
        std::vector<CategoryStyle> categories;
        std::vector<Asset> assets;
    };

    // All references outlive the object.
    Api(Settings settings, pg::Pool& pool, auth::Sessions& sessions, const obs::Log& log);

    // Answers any request, errors included; never throws for what a client sends.
    http::Response Handle(const http::Request& request) const;

    std::vector<std::string> ListRoutes() const { return router_.ListRoutes(); }

private:
    http::Response LogIn(const http::Request& request) const;
    http::Response LogOut(const http::Request& request) const;
    http::Response Me(const http::Request& request) const;
    http::Response Tenants(const http::Request& request) const;
    http::Response Overview(const http::Request& request) const;
    http::Response Leads(const http::Request& request) const;
    http::Response Conversation(const http::Request& request) const;
    http::Response Health(const http::Request& request) const;
    http::Response Readiness(const http::Request& request) const;

    const CategoryStyle& StyleOf(const std::string& category) const;

    Settings settings_;
    pg::Pool& pool_;
    auth::Sessions& sessions_;
    const obs::Log& log_;
    Assets assets_;
    http::Router router_;
};

}  // namespace geniai::web
