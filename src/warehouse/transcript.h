#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace geniai::warehouse {

// Who wrote a message. Notes are internal and activities are Chatwoot's log lines: neither is part
// of what was said to the contact.
enum class Author { kContact, kHuman, kBot, kTemplate, kActivity, kNote, kCampaign };

struct Message {
    std::int64_t id = 0;
    Author author = Author::kActivity;
    std::string text;  // UTF-8; empty where only an attachment was sent
};

// Reads the stored conversation (`message_compiled`): a JSON array of objects, oldest first, with
// the keys message_id, author, text, message_type, private, sender, …. Other keys are ignored. An
// author that is missing or not known is derived from private, message_type and sender. Throws
// base::Error(kInvalidInput) on what is not such an array.
std::vector<Message> ParseTranscript(std::string_view json);

}  // namespace geniai::warehouse
