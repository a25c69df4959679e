#pragma once

#include <string>
#include <string_view>

#include "pg/connection.h"

namespace geniai::chatwoot {

// Puts the source view into a schema of its own, where Chatwoot's migrations and schema dumps do not
// meet it, or replaces it. `reader` is a role that may read it afterwards; empty for none. The only
// place that changes anything in a source, and only this view. Throws base::Error(kFailed) with the
// next step when the right is missing.
void InstallView(pg::Connection& connection, std::string_view view_sql, const std::string& reader);

// What an installed view carries as its comment: from which SQL it was made.
std::string ViewMark(std::string_view view_sql);

// Takes the view away again, before an upgrade of Chatwoot that changes its columns.
void DropView(pg::Connection& connection);

}  // namespace geniai::chatwoot
