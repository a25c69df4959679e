#pragma once

#include <string>

#include "pg/connection.h"
#include "tenancy/tenants.h"

namespace geniai::testing {

// What a source shows of contacts.
enum class ContactStamps {
    kKnown,
    kUnknown,  // where only the view can be read, a contact has no times
};

// Compares what a tenant has in the warehouse with plain queries on its Chatwoot: all columns of the
// conversations of its active inboxes, their transcripts, and the contacts that have a conversation
// there; and, apart from the source view, conversations and texts once more by hand. Returns the first
// differences, one a line; empty when there are none. `warehouse` is the run-time log-in's session,
// `source` one that may read all tables; neither has a transaction open.
std::string DifferencesFromSource(pg::Connection& warehouse, const tenancy::Tenant& tenant,
                                  pg::Connection& source,
                                  ContactStamps contact_stamps = ContactStamps::kKnown);

}  // namespace geniai::testing
