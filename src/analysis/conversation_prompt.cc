#include "analysis/conversation_prompt.h"

#include <algorithm>
#include <vector>

#include "analysis/token_bound.h"
#include "base/digest.h"
#include "base/safe_text.h"

namespace geniai::analysis {

namespace json = boost::json;

namespace {

constexpr std::int32_t kTokensPerMessage = 8;  // of the interface, around each of the two
constexpr std::size_t kShownBytesMax = 2'000;
constexpr std::string_view kOmitted = "[mensagem omitida]";

std::string Shortened(const std::string& text) {
    if (text.size() <= kShownBytesMax) return text;
    return std::string(base::CutText(text, kShownBytesMax)) + " […]";
}

}  // namespace

ConversationPrompt MakeConversationPrompt(const PromptForm& form, json::object about,
                                          std::span<const SpokenLine> lines, std::int32_t tokens_max,
                                          Mask& mask) {
    ConversationPrompt prompt;
    std::vector<json::object> newest_first;
    std::int32_t tokens = 0;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        const bool is_hidden = line->from_customer && SpeaksToTheAnalyst(line->text);
        json::object entry{{"de", line->from_customer ? "cliente" : "equipe"},
                           {"texto", is_hidden ? std::string(kOmitted)
                                               : mask.Hide(Shortened(line->text))}};
        const std::int32_t more = TokenBound(json::serialize(entry));
        if (tokens + more > tokens_max && !newest_first.empty()) {
            prompt.lines_left_out = static_cast<int>(lines.rend() - line);
            break;
        }
        tokens += more;
        prompt.lines_hidden += is_hidden ? 1 : 0;
        newest_first.push_back(std::move(entry));
    }
    json::array messages;
    for (auto& entry : newest_first) messages.push_back(std::move(entry));
    std::reverse(messages.begin(), messages.end());
    about["mensagens"] = std::move(messages);
    const std::string data = json::serialize(about);
    prompt.chat.messages = {{"system", std::string(form.instructions)}, {"user", data}};
    prompt.chat.schema_name = form.schema_name;
    prompt.chat.schema = form.schema;
    prompt.chat.output_tokens_max = form.answer_tokens_max;
    prompt.input_tokens = TokenBound(form.instructions) + TokenBound(form.schema) +
                          TokenBound(data) + 2 * kTokensPerMessage;
    prompt.input_hash =
        base::DigestOf(std::string(form.instructions) + std::string(form.schema) + data);
    return prompt;
}

}  // namespace geniai::analysis
