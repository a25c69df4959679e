#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "warehouse/model_evaluations.h"
#include "warehouse/transcript.h"

// Conversations with what a careful person says of them, in files of one JSON object a line:
//
//   {"id": "…", "split": "…", "inbox": "…", "category": "…",
//    "messages": [{"author": "contact", "text": "…"}, …],
//    "is_lead": true, "visit_scheduled": false, "crm_converted": false}
//
// Messages and the three flags must be there; other members are passed over, and so are empty lines.
namespace geniai::analysis {

struct LabelledConversation {
    std::string id;  // "line 7" where the file gives none
    std::string split;
    std::string inbox_name;
    std::string category;
    std::vector<warehouse::Message> messages;
    std::array<bool, warehouse::kFlagNames.size()> labels{};  // in the order of kFlagNames
};

// Throws base::Error(kInvalidInput) that says what is wrong.
LabelledConversation ParseLabelled(std::string_view line);

// Reads a file conversation by conversation; no more than a line is in memory.
class LabelledFile {
public:
    // Throws base::Error(kInvalidInput) when it cannot be read.
    explicit LabelledFile(std::string path);

    // Nothing at the end. Throws base::Error(kInvalidInput) that names file and line.
    std::optional<LabelledConversation> Next();

    // Of what was read so far, as base::DigestOf() makes it; blank lines have no part in it.
    const std::string& digest() const { return digest_; }

private:
    std::optional<std::string_view> NextLine();
    [[noreturn]] void Refuse(const std::string& problem) const;

    std::string path_;
    std::ifstream file_;
    std::string buffer_;
    std::int64_t line_ = 0;
    std::string digest_;
};

// What a file holds, or its first conversations.
struct LabelledSet {
    std::string path;
    std::string digest;
    std::int64_t conversations = 0;
};

// Reads the whole file, so that what is wrong with it is known before anything is done; counts and
// digests its first `at_most` conversations. Throws as LabelledFile, and when there is none.
LabelledSet CheckLabelledSet(const std::string& path,
                             std::int64_t at_most = std::numeric_limits<std::int64_t>::max());

}  // namespace geniai::analysis
