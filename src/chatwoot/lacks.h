#pragma once

#include <string>
#include <vector>

#include "chatwoot/catalogue.h"
#include "chatwoot/verification.h"

namespace geniai::chatwoot {

// The tables whose row versions the search for changes reads.
std::vector<std::string> VersionedTables(const Capabilities& capabilities);

// What is not as it could be in a source of these checks and capabilities, what stops first: what
// it costs and what mends it. `theirs` is Chatwoot's schema, `ours` that of the view, `reader` the
// quoted name of the role that reads.
std::vector<Lack> FindLacks(const Verification& verification, const FoundSchema& theirs,
                            const FoundSchema& ours, const std::string& reader);

}  // namespace geniai::chatwoot
