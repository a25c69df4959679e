#pragma once

#include <string>
#include <string_view>

#include "chatwoot/verification.h"

// SQL that reads a source as it was found. An optional column that is missing, of another type or
// not readable is NULL of the expected type there, so that whoever reads names every column of the
// contract.
namespace geniai::chatwoot {

// A SELECT with ConversationColumns() and ViewOnlyColumns(), one row a conversation: from the
// installed view or, by verification.path, inlined. To be put into parentheses after FROM.
// `view_sql` is the text of the source view.
std::string ConversationsSql(const Verification& verification, std::string_view view_sql);

// The text of the source view over the tables as this user may read them.
std::string InlinedViewSql(const Verification& verification, std::string_view view_sql);

// The text to install as the view over the tables as they are, whatever the rights of this user.
std::string InstalledViewSql(const Verification& verification, std::string_view view_sql);

// What stands after FROM for one of the tables of BaseTableColumns(): its name, or a subselect with
// the contract's columns. The caller gives it an alias.
std::string TableSql(const Verification& verification, std::string_view table);

}  // namespace geniai::chatwoot
