#pragma once

#include <string>
#include <vector>

#include "auth/principal.h"
#include "tenancy/tenants.h"

namespace geniai::demo {

// A person of the demo, with the password that is shown on the screen.
struct DemoLogin {
    std::string email;
    std::string full_name;
    auth::Role role = auth::Role::kClient;
    base::TenantId tenant;
    std::string tenant_name;
    std::string password;
};

// The operator, and a manager and a member of staff for each tenant, with new passwords.
std::vector<DemoLogin> MakeDemoLogins(const std::vector<tenancy::Tenant>& tenants);

// The logins that an earlier start wrote; none when there is no such file or it is broken.
std::vector<DemoLogin> ReadDemoLogins(const std::string& path);
// Readable for the owner alone.
void WriteDemoLogins(const std::string& path, const std::vector<DemoLogin>& logins);

}  // namespace geniai::demo
