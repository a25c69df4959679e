#include "demo/demo_logins.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "auth/password.h"
#include "base/error.h"

namespace geniai::demo {

namespace {

std::string TextOf(const boost::json::object& object, const char* key) {
    return std::string(object.at(key).as_string());
}

DemoLogin DecodeLogin(const boost::json::object& object) {
    return {TextOf(object, "email"),
            TextOf(object, "full_name"),
            auth::ParseRole(TextOf(object, "role")),
            base::TenantId(object.at("tenant_id").as_int64()),
            TextOf(object, "tenant_name"),
            TextOf(object, "password")};
}

}  // namespace

std::vector<DemoLogin> MakeDemoLogins(const std::vector<tenancy::Tenant>& tenants) {
    std::vector<DemoLogin> logins{{"operador@geniai.example", "Olívia Prado",
                                   auth::Role::kSuperAdmin, base::kOperatorTenant, "Operação",
                                   auth::GeneratePassword()}};
    for (const tenancy::Tenant& tenant : tenants) {
        logins.push_back({"gestor@" + tenant.slug + ".example", "Gestão " + tenant.name,
                          auth::Role::kAdmin, tenant.id, tenant.name, auth::GeneratePassword()});
        logins.push_back({"equipe@" + tenant.slug + ".example", "Equipe " + tenant.name,
                          auth::Role::kClient, tenant.id, tenant.name, auth::GeneratePassword()});
    }
    return logins;
}

std::vector<DemoLogin> ReadDemoLogins(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream content;
    content << file.rdbuf();
    std::vector<DemoLogin> logins;
    try {
        const boost::json::value stored = boost::json::parse(content.str());
        for (const boost::json::value& login : stored.as_array()) {
            logins.push_back(DecodeLogin(login.as_object()));
        }
    } catch (const std::exception&) {
        // Half written by a start that was killed: new passwords are as good.
        logins.clear();
    }
    return logins;
}

void WriteDemoLogins(const std::string& path, const std::vector<DemoLogin>& logins) {
    boost::json::array list;
    for (const DemoLogin& login : logins) {
        list.push_back({{"email", login.email},
                        {"full_name", login.full_name},
                        {"role", auth::NameOf(login.role)},
                        {"tenant_id", login.tenant.value()},
                        {"tenant_name", login.tenant_name},
                        {"password", login.password}});
    }
    const std::string text = boost::json::serialize(list);
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool written =
        file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (file >= 0) close(file);
    if (!written) throw base::Error(base::ErrorCode::kFailed, "cannot write " + path);
}

}  // namespace geniai::demo
