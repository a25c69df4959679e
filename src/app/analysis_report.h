#pragma once

#include <optional>
#include <string>

#include <boost/json.hpp>

#include "analysis/batch_run.h"

// What came of work with a model, for people and for programs.
namespace geniai::app {

boost::json::value InBrl(const std::optional<base::MicroBrl>& amount);

boost::json::object EncodeCollection(const analysis::CollectionSummary& collection);
// "from batches: 48 analysed, 2 failed: refusal, R$ 0,12; 1 still with the provider"
std::string DescribeCollection(const analysis::CollectionSummary& collection);
bool HasFailures(const analysis::CollectionSummary& collection);

}  // namespace geniai::app
