#include "demo/conversation_script.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"

namespace geniai::demo {

namespace {

constexpr int kOptionalPercent = 60;

constexpr std::array<std::pair<std::string_view, ScenarioKind>, kScenarioKinds> kKindNames{{
    {"lead", ScenarioKind::kLead},
    {"unanswered", ScenarioKind::kUnanswered},
    {"visit", ScenarioKind::kVisit},
    {"sale", ScenarioKind::kSale},
    {"sale_visit", ScenarioKind::kSaleAndVisit},
    {"support", ScenarioKind::kSupport},
    {"complaint", ScenarioKind::kComplaint},
    {"cancel", ScenarioKind::kCancel},
    {"other", ScenarioKind::kOther},
}};

[[noreturn]] void ThrowBadScript(std::string_view reason, std::string_view line) {
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "a script has " + std::string(reason) + ": " + std::string(line));
}

// Position of the end of the alternative that begins at `from`: a '|' or a '}' of this level.
std::size_t AlternativeEnd(std::string_view text, std::size_t from) {
    int depth = 0;
    for (std::size_t at = from; at < text.size(); ++at) {
        if (text[at] == '{') ++depth;
        if (depth == 0 && (text[at] == '|' || text[at] == '}')) return at;
        if (text[at] == '}') --depth;
    }
    return text.size();
}

std::vector<std::string_view> SplitAlternatives(std::string_view text) {
    std::vector<std::string_view> parts;
    std::size_t from = 0;
    while (true) {
        const std::size_t end = AlternativeEnd(text, from);
        parts.push_back(text.substr(from, end - from));
        if (end >= text.size()) return parts;
        from = end + 1;
    }
}

void RequireBalanced(std::string_view line) {
    int braces = 0;
    int angles = 0;
    for (const char c : line) {
        braces += c == '{' ? 1 : c == '}' ? -1 : 0;
        angles += c == '<' ? 1 : c == '>' ? -1 : 0;
        if (braces < 0 || angles < 0 || angles > 1) ThrowBadScript("unbalanced brackets", line);
    }
    if (braces != 0 || angles != 0) ThrowBadScript("unbalanced brackets", line);
}

Scenario ReadScenarioHead(std::string_view line) {
    const std::string_view head = line.substr(2);
    const std::size_t blank = std::min(head.find(' '), head.size());
    const auto* const kind =
        std::find_if(kKindNames.begin(), kKindNames.end(),
                     [&](const auto& entry) { return entry.first == head.substr(0, blank); });
    if (kind == kKindNames.end()) ThrowBadScript("a scenario of an unknown kind", line);
    Scenario scenario;
    scenario.kind = kind->second;
    const std::string_view weight = head.substr(std::min(blank + 1, head.size()));
    const auto [end, error] =
        std::from_chars(weight.data(), weight.data() + weight.size(), scenario.weight);
    if (error != std::errc() || end != weight.data() + weight.size() || scenario.weight < 1) {
        ThrowBadScript("a scenario without a positive weight", line);
    }
    return scenario;
}

Speaker SpeakerOf(char letter, std::string_view line) {
    switch (letter) {
        case 'C': return Speaker::kContact;
        case 'H': return Speaker::kHuman;
        case 'B': return Speaker::kBot;
        case 'N': return Speaker::kNote;
        default: ThrowBadScript("a line of an unknown speaker", line);
    }
}

void ReadAttachment(ScriptLine& line) {
    if (!line.text.starts_with('[')) return;
    const std::size_t end = line.text.find(']');
    if (end == std::string::npos) ThrowBadScript("an attachment without its end", line.text);
    line.attachment = line.text.substr(1, end - 1);
    const std::size_t text = line.text.find_first_not_of(' ', end + 1);
    line.text = text == std::string::npos ? "" : line.text.substr(text);
}

ScriptLine ReadSpokenLine(std::string_view line) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::string_view flags = line.substr(1, blank - 1);
    if (flags.find_first_not_of("?+") != std::string_view::npos) {
        ThrowBadScript("an unknown mark", line);
    }
    ScriptLine result;
    result.speaker = SpeakerOf(line[0], line);
    result.optional = flags.find('?') != std::string_view::npos;
    result.much_later = flags.find('+') != std::string_view::npos;
    result.text = line.substr(std::min(blank + 1, line.size()));
    ReadAttachment(result);
    if (result.text.empty() && result.attachment.empty()) ThrowBadScript("an empty line", line);
    return result;
}

std::string_view GreetingOf(int hour) {
    if (hour < 12) return "bom dia";
    return hour < 18 ? "boa tarde" : "boa noite";
}

void CapitaliseAt(std::string& text, std::size_t at) {
    if (at >= text.size() || text[at] < 'a' || text[at] > 'z') return;
    text[at] = static_cast<char>(text[at] - 'a' + 'A');
}

// What a slot's value begins may have become the beginning of a sentence.
void CapitaliseSentences(std::string& text) {
    CapitaliseAt(text, 0);
    for (std::size_t at = 1; at < text.size(); ++at) {
        const char before = text[at - 1];
        const bool ends = before == '.' || before == '!' || before == '?';
        if (ends && text[at] == ' ') CapitaliseAt(text, at + 1);
    }
}

}  // namespace

ScriptBook::ScriptBook(std::initializer_list<std::string_view> scripts) {
    for (std::string_view script : scripts) {
        while (!script.empty()) {
            const std::size_t end = std::min(script.find('\n'), script.size());
            const std::string_view line = script.substr(0, end);
            if (!line.empty()) ReadLine(line);
            script.remove_prefix(std::min(end + 1, script.size()));
        }
    }
}

void ScriptBook::ReadLine(std::string_view line) {
    RequireBalanced(line);
    if (line[0] == '@') {
        const std::size_t blank = line.find(' ');
        if (blank == std::string_view::npos) ThrowBadScript("a slot without values", line);
        std::vector<std::string>& values = slots_[std::string(line.substr(1, blank - 1))];
        for (const std::string_view value : SplitAlternatives(line.substr(blank + 1))) {
            values.emplace_back(value);
        }
        return;
    }
    if (line.starts_with("= ")) {
        scenarios_.push_back(ReadScenarioHead(line));
        return;
    }
    if (scenarios_.empty()) ThrowBadScript("a line before the first scenario", line);
    std::vector<ScriptLine>& lines = scenarios_.back().lines;
    if (line == "A+") {
        lines.emplace_back().much_later = true;  // neither text nor attachment: a pause
        return;
    }
    lines.push_back(ReadSpokenLine(line));
}

const Scenario& ScriptBook::Choose(ScenarioKind kind, SeededRandom& random) const {
    std::int64_t total = 0;
    for (const Scenario& scenario : scenarios_) {
        if (scenario.kind == kind) total += scenario.weight;
    }
    if (total == 0) {
        throw base::Error(base::ErrorCode::kInvalidInput, "a script has no scenario of a kind");
    }
    std::int64_t left = random.Below(total);
    for (const Scenario& scenario : scenarios_) {
        if (scenario.kind != kind) continue;
        left -= scenario.weight;
        if (left < 0) return scenario;
    }
    return scenarios_.back();
}

const std::vector<std::string>& ScriptBook::Values(std::string_view slot) const {
    const auto found = slots_.find(slot);
    if (found == slots_.end()) ThrowBadScript("an unknown slot", slot);
    return found->second;
}

Narrator::Narrator(const ScriptBook& book, Cast cast, SeededRandom& random)
    : book_(book), cast_(std::move(cast)), random_(random) {}

std::vector<SpokenLine> Narrator::Tell(const Scenario& scenario) {
    std::vector<SpokenLine> told;
    told.reserve(scenario.lines.size());
    bool pause = false;
    for (const ScriptLine& line : scenario.lines) {
        if (line.text.empty() && line.attachment.empty()) {
            pause = true;
            continue;
        }
        if (line.optional && !random_.Percent(kOptionalPercent)) continue;
        SpokenLine spoken;
        spoken.speaker = line.speaker;
        spoken.much_later = line.much_later || pause;
        spoken.attachment = line.attachment;
        spoken.text = Render(line.text);
        if (line.speaker != Speaker::kContact) CapitaliseSentences(spoken.text);
        told.push_back(std::move(spoken));
        pause = false;
    }
    return told;
}

std::string Narrator::Render(std::string_view text) {
    std::string out;
    Append(text, out);
    return out;
}

std::string Narrator::RenderSlot(std::string_view slot) {
    const std::vector<std::string>& values = book_.Values(slot);
    std::string text = Render(values[random_.Index(values.size())]);
    CapitaliseSentences(text);
    return text;
}

void Narrator::Append(std::string_view text, std::string& out) {
    std::size_t at = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '{') {
            std::size_t end = at + 1;
            std::vector<std::string_view> alternatives;
            while (true) {
                const std::size_t from = end;
                end = AlternativeEnd(text, from);
                alternatives.push_back(text.substr(from, end - from));
                if (end >= text.size() || text[end++] == '}') break;
            }
            Append(alternatives[random_.Index(alternatives.size())], out);
            at = end;
        } else if (c == '<') {
            const std::size_t end = std::min(text.find('>', at), text.size());
            AppendSlot(text.substr(at + 1, end - at - 1), out);
            at = end + 1;
        } else if (c == '\\' && at + 1 < text.size() && text[at + 1] == 'n') {
            out += '\n';
            at += 2;
        } else {
            out += c;
            ++at;
        }
    }
}

void Narrator::AppendSlot(std::string_view name, std::string& out) {
    if (const std::optional<std::string> value = BuiltIn(name)) {
        out += *value;
        return;
    }
    for (const auto& [slot, value] : chosen_) {
        if (slot != name) continue;
        out += value;
        return;
    }
    const std::vector<std::string>& values = book_.Values(name);
    const std::string value = Render(values[random_.Index(values.size())]);
    out += value;
    chosen_.emplace_back(name, value);
}

std::optional<std::string> Narrator::BuiltIn(std::string_view name) const {
    const std::string& contact = cast_.contact_name;
    if (name == "nome") return contact;
    if (name == ",nome") return contact.empty() ? "" : ", " + contact;
    if (name == "ola") return contact.empty() ? "olá" : "olá, " + contact;
    if (name == "Ola") return contact.empty() ? "Olá" : "Olá, " + contact;
    if (name == "eu") return cast_.agent_name;
    if (name == "saud") return std::string(GreetingOf(cast_.hour));
    if (name == "Saud") {
        std::string greeting(GreetingOf(cast_.hour));
        CapitaliseAt(greeting, 0);
        return greeting;
    }
    return std::nullopt;
}

}  // namespace geniai::demo
