#include "app/analysis_report.h"

namespace geniai::app {

boost::json::value InBrl(const std::optional<base::MicroBrl>& amount) {
    if (!amount) return nullptr;
    return static_cast<double>(amount->micros()) / 1e6;
}

boost::json::object EncodeCollection(const analysis::CollectionSummary& collection) {
    boost::json::object failures;
    for (const auto& [cause, count] : collection.failures) failures[cause] = count;
    boost::json::array troubles;
    for (const std::string& trouble : collection.troubles) troubles.emplace_back(trouble);
    return {{"batches", collection.batches},
            {"waiting", collection.waiting},
            {"busy", collection.busy},
            {"analysed", collection.analysed},
            {"outdated", collection.outdated},
            {"lost", collection.lost},
            {"failures", std::move(failures)},
            {"troubles", std::move(troubles)},
            {"cost_brl", InBrl(collection.cost)},
            {"cost_micro_brl", collection.cost.micros()}};
}

std::string DescribeCollection(const analysis::CollectionSummary& collection) {
    const auto number = [](std::int64_t value) { return std::to_string(value); };
    std::string line = "from batches: " + number(collection.analysed) + " analysed";
    for (const auto& [cause, count] : collection.failures) {
        line += ", " + number(count) + " failed: " + cause;
    }
    if (collection.outdated > 0) {
        line += ", " + number(collection.outdated) + " had changed since they were asked";
    }
    if (collection.cost.micros() > 0) line += ", " + base::FormatBrl(collection.cost);
    if (collection.waiting > 0) {
        line += "; " + number(collection.waiting) +
                (collection.waiting == 1 ? " batch still waits" : " batches still wait");
    }
    if (collection.busy > 0) line += "; " + number(collection.busy) + " in another process's hands";
    for (const std::string& trouble : collection.troubles) line += "; " + trouble;
    return line;
}

bool HasFailures(const analysis::CollectionSummary& collection) {
    return !collection.failures.empty() || !collection.troubles.empty();
}

}  // namespace geniai::app
