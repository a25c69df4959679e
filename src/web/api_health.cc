#include <boost/json.hpp>

#include "pg/transaction.h"
#include "web/api.h"
#include "web/json_response.h"

namespace geniai::web {

namespace {

const pg::Query kPing{"web.ready.ping", "select 1"};

}  // namespace

// Live: the process answers. Nothing else, so that a restart is not the cure for a lost database.
http::Response Api::Health(const http::Request& /*request*/) const {
    return JsonResponse({{"status", "ok"}});
}

// Ready: it can serve people now. Without the database this throws, and the answer is 503.
http::Response Api::Readiness(const http::Request& /*request*/) const {
    auto connection = pool_.Acquire();
    pg::Transaction transaction(*connection, pg::Transaction::Mode::kReadOnly);
    transaction.Execute(kPing);
    return JsonResponse({{"status", "ready"}});
}

}  // namespace geniai::web
