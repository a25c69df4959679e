#pragma once

#include "base/strong_id.h"

namespace geniai::base {

using TenantId = StrongId<struct TenantTag>;
using UserId = StrongId<struct UserTag>;
using AccountId = StrongId<struct AccountTag>;  // Chatwoot's customer
using InboxId = StrongId<struct InboxTag>;
using ContactId = StrongId<struct ContactTag>;
using ConversationId = StrongId<struct ConversationTag>;

// The tenant that is the operator itself; it has users and no conversations.
inline constexpr TenantId kOperatorTenant{0};

}  // namespace geniai::base
