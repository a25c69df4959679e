#include "warehouse/transcript.h"

#include <array>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "base/error.h"

namespace geniai::warehouse {
namespace {

namespace json = boost::json;

constexpr std::size_t kParseBufferBytes =
    16 * 1024;  // most conversations need no heap for the tree

[[noreturn]] void RefuseTranscript(const std::string& detail) {
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "The stored conversation is not a list of messages", detail);
}

std::optional<Author> AuthorNamed(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, Author>, 7> kAuthors = {
        {{"contact", Author::kContact},
         {"human", Author::kHuman},
         {"bot", Author::kBot},
         {"template", Author::kTemplate},
         {"activity", Author::kActivity},
         {"note", Author::kNote},
         {"campaign", Author::kCampaign}}};
    for (const auto& [known_name, author] : kAuthors) {
        if (known_name == name) {
            return author;
        }
    }
    return std::nullopt;
}

std::string_view TextAt(const json::object& message, std::string_view key) {
    const json::value* value = message.if_contains(key);
    if (value == nullptr || value->is_null()) {
        return {};
    }
    if (const json::string* text = value->if_string()) {
        return {text->data(), text->size()};
    }
    RefuseTranscript(std::string(key) + " is not a string");
}

// Without a known author and a message type nobody can say that the contact wrote it, and only the
// contact's words count: such a message is treated like a log line.
Author DerivedAuthor(const json::object& message) {
    const json::value* is_private = message.if_contains("private");
    if (is_private != nullptr && is_private->is_bool() && is_private->get_bool()) {
        return Author::kNote;
    }
    const json::value* type = message.if_contains("message_type");
    if (type == nullptr || !type->is_int64()) {
        return Author::kActivity;
    }
    switch (type->get_int64()) {
        case 0: return Author::kContact;
        case 1: return TextAt(message, "sender") == "User" ? Author::kHuman : Author::kBot;
        case 3: return Author::kTemplate;
        default: return Author::kActivity;
    }
}

std::int64_t MessageIdOf(const json::object& message) {
    const json::value* id = message.if_contains("message_id");
    if (id == nullptr || !id->is_int64()) {
        RefuseTranscript("a message has no whole number as message_id");
    }
    return id->get_int64();
}

Message ReadMessage(const json::value& element) {
    const json::object* message = element.if_object();
    if (message == nullptr) {
        RefuseTranscript("an element is not an object");
    }
    const std::optional<Author> author = AuthorNamed(TextAt(*message, "author"));
    return {.id = MessageIdOf(*message),
            .author = author ? *author : DerivedAuthor(*message),
            .text = std::string(TextAt(*message, "text"))};
}

}  // namespace

std::vector<Message> ParseTranscript(std::string_view json_text) {
    std::array<unsigned char, kParseBufferBytes> buffer;
    json::monotonic_resource memory(buffer.data(), buffer.size());
    boost::system::error_code error;
    const json::value root = json::parse({json_text.data(), json_text.size()}, error, &memory);
    if (error) {
        RefuseTranscript(error.message());
    }
    const json::array* elements = root.if_array();
    if (elements == nullptr) {
        RefuseTranscript("the outermost value is not an array");
    }
    std::vector<Message> messages;
    messages.reserve(elements->size());
    for (const json::value& element : *elements) {
        messages.push_back(ReadMessage(element));
    }
    return messages;
}

}  // namespace geniai::warehouse
