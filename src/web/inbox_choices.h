#pragma once

#include <boost/json/array.hpp>
#include <vector>

#include "warehouse/overview_report.h"

namespace geniai::web {

// [{"id", "name"}]: what an inbox filter offers.
boost::json::array EncodeInboxChoices(const std::vector<warehouse::InboxChoice>& choices);

}  // namespace geniai::web
