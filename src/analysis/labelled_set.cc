#include "analysis/labelled_set.h"

#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>

#include "base/digest.h"
#include "base/error.h"

namespace geniai::analysis {

namespace json = boost::json;

namespace {

using warehouse::Author;

constexpr std::size_t kLabelledLineBytesMax = 1'048'576;

constexpr std::array<std::pair<std::string_view, Author>, 7> kLabelledAuthors = {
    {{"contact", Author::kContact},
     {"human", Author::kHuman},
     {"bot", Author::kBot},
     {"template", Author::kTemplate},
     {"activity", Author::kActivity},
     {"note", Author::kNote},
     {"campaign", Author::kCampaign}}};

base::Error WrongLabelled(const std::string& problem) {
    return {base::ErrorCode::kInvalidInput, problem};
}

// Empty when it is not there.
std::string OptionalMember(const json::object& object, std::string_view name) {
    const json::value* member = object.if_contains(name);
    if (member == nullptr) return "";
    if (const json::string* text = member->if_string()) return std::string(*text);
    throw WrongLabelled("\"" + std::string(name) + "\" must be a text");
}

Author AuthorNamed(std::string_view name) {
    const auto author = std::ranges::find(kLabelledAuthors, name,
                                          &std::pair<std::string_view, Author>::first);
    if (author != kLabelledAuthors.end()) return author->second;
    throw WrongLabelled(
        "\"author\" must be contact, human, bot, template, activity, note or campaign");
}

std::vector<warehouse::Message> MessagesOf(const json::object& object) {
    const json::value* member = object.if_contains("messages");
    const json::array* list = member == nullptr ? nullptr : member->if_array();
    if (list == nullptr || list->empty()) {
        throw WrongLabelled("\"messages\" must be a list with an author and a text for each");
    }
    std::vector<warehouse::Message> messages;
    for (const json::value& element : *list) {
        const json::object* message = element.if_object();
        if (message == nullptr || !message->contains("text")) {
            throw WrongLabelled("each of the \"messages\" must have an author and a text");
        }
        messages.push_back({static_cast<std::int64_t>(messages.size() + 1),
                            AuthorNamed(OptionalMember(*message, "author")),
                            OptionalMember(*message, "text")});
    }
    return messages;
}

bool LabelOf(const json::object& object, std::string_view flag) {
    const json::value* label = object.if_contains(flag);
    if (label == nullptr) throw WrongLabelled("there is no label \"" + std::string(flag) + "\"");
    if (const bool* is_so = label->if_bool()) return *is_so;
    throw WrongLabelled("the label \"" + std::string(flag) + "\" must be true or false");
}

}  // namespace

LabelledConversation ParseLabelled(std::string_view line) {
    json::error_code error;
    const json::value value = json::parse(json::string_view(line.data(), line.size()), error);
    const json::object* object = error ? nullptr : value.if_object();
    if (object == nullptr) throw WrongLabelled("this is no JSON object");
    LabelledConversation conversation;
    conversation.id = OptionalMember(*object, "id");
    conversation.split = OptionalMember(*object, "split");
    conversation.inbox_name = OptionalMember(*object, "inbox");
    conversation.category = OptionalMember(*object, "category");
    conversation.messages = MessagesOf(*object);
    for (std::size_t flag = 0; flag < warehouse::kFlagNames.size(); ++flag) {
        conversation.labels[flag] = LabelOf(*object, warehouse::kFlagNames[flag]);
    }
    return conversation;
}

LabelledFile::LabelledFile(std::string path)
    : path_(std::move(path)), buffer_(kLabelledLineBytesMax + 1, '\0'),
      digest_(base::DigestOf("")) {
    // A directory opens, too; and a pipe cannot be read twice.
    std::error_code error;
    if (std::filesystem::is_regular_file(path_, error)) file_.open(path_, std::ios::binary);
    if (!file_.is_open()) throw WrongLabelled(path_ + " is no file that can be read");
}

std::optional<LabelledConversation> LabelledFile::Next() {
    const auto line = NextLine();
    if (!line) return std::nullopt;
    digest_ = base::DigestOf(digest_ + std::string(*line));
    try {
        LabelledConversation conversation = ParseLabelled(*line);
        if (conversation.id.empty()) conversation.id = "line " + std::to_string(line_);
        return conversation;
    } catch (const base::Error& error) {
        Refuse(error.what());
    }
}

std::optional<std::string_view> LabelledFile::NextLine() {
    while (file_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()))) {
        ++line_;
        // The line's end is counted, though it is not stored.
        const auto size = static_cast<std::size_t>(file_.gcount()) - (file_.eof() ? 0U : 1U);
        const std::string_view line(buffer_.data(), size);
        if (line.find_first_not_of(" \t\r") != std::string_view::npos) return line;
    }
    if (file_.bad()) throw WrongLabelled(path_ + " cannot be read any further");
    if (file_.eof()) return std::nullopt;
    ++line_;
    Refuse("the line is longer than 1 MiB");
}

void LabelledFile::Refuse(const std::string& problem) const {
    throw WrongLabelled(path_ + " line " + std::to_string(line_) + ": " + problem);
}

LabelledSet CheckLabelledSet(const std::string& path, std::int64_t at_most) {
    LabelledFile file(path);
    LabelledSet set{path, "", 0};
    while (file.Next()) {
        if (set.conversations == at_most) continue;
        ++set.conversations;
        set.digest = file.digest();
    }
    if (set.conversations == 0) throw WrongLabelled(path + " holds no conversation");
    return set;
}

}  // namespace geniai::analysis
