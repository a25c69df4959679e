#include "auth/principal.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace geniai::auth {
namespace {

Principal Of(Role role, std::int64_t tenant) {
    Principal principal;
    principal.role = role;
    principal.tenant = base::TenantId(tenant);
    return principal;
}

TEST(PolicyTest, PeopleOfATenantSeeTheirTenantAlone) {
    for (const Role role : {Role::kClient, Role::kAdmin}) {
        EXPECT_TRUE(MaySeeTenant(Of(role, 1), base::TenantId(1)));
        EXPECT_FALSE(MaySeeTenant(Of(role, 1), base::TenantId(2)));
        EXPECT_FALSE(MayListTenants(Of(role, 1)));
    }
}

TEST(PolicyTest, TheOperatorSeesEveryTenantButHasNoConversations) {
    EXPECT_TRUE(MaySeeTenant(Of(Role::kSuperAdmin, 0), base::TenantId(2)));
    EXPECT_FALSE(MaySeeTenant(Of(Role::kSuperAdmin, 0), base::kOperatorTenant));
    EXPECT_TRUE(MayListTenants(Of(Role::kSuperAdmin, 0)));
}

TEST(RoleTest, NamesGoBothWaysAndOthersAreRefused) {
    EXPECT_EQ(ParseRole(NameOf(Role::kSuperAdmin)), Role::kSuperAdmin);
    EXPECT_THROW(ParseRole("root"), base::Error);
}

}  // namespace
}  // namespace geniai::auth
