#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "demo/seeded_random.h"

namespace geniai::demo {

// Dialogues written as short scripts, from which conversations without number are told. The
// notation, line by line:
//
//   @dia segunda|terça          the values of the slot <dia>
//   = visit 6                   a scenario of this kind, with its weight among those of its kind
//   C {Oi|Olá}, é na <dia>?     the contact writes; one of the alternatives, and the slot's value
//   H Isso<,nome>!              a person of the team writes
//   B …                         the robot writes
//   N …                         somebody of the team notes it, unseen by the contact
//   C? …   H+ …   C?+ …         `?`: may be left out; `+`: a day or so later
//   A+                          nobody writes, but the next line comes a day or so later
//   C [image] pago!             an attachment, with or without a text
//
// A slot keeps its value for the whole conversation. Slots that need no definition: <saud> and
// <Saud> (bom dia …), <ola> and <Ola> (with the name if there is one), <nome>, <,nome> (comma and
// name, or nothing), <eu> (who answers). A `\n` in a text is a line break.
enum class Speaker { kContact, kHuman, kBot, kNote };

enum class ScenarioKind {
    kLead,        // interested, and then silent or undecided
    kUnanswered,  // interested, and nobody ever answers
    kVisit,       // books a visit, a trial class, an appointment
    kSale,        // pays, enrols, signs
    kSaleAndVisit,
    kSupport,  // a customer who needs something
    kComplaint,
    kCancel,
    kOther,  // job seekers, suppliers, wrong numbers, spam
};
inline constexpr int kScenarioKinds = 9;

struct ScriptLine {
    Speaker speaker = Speaker::kContact;
    bool optional = false;
    bool much_later = false;
    std::string attachment;  // "image", "audio", "file", "sticker" or nothing
    std::string text;        // the template; empty with an attachment alone
};

struct Scenario {
    ScenarioKind kind = ScenarioKind::kOther;
    int weight = 1;
    std::vector<ScriptLine> lines;
};

// What one trade talks about. Immutable once made.
class ScriptBook {
public:
    // Reads scripts in the notation above. Throws base::Error(kInvalidInput) that names the line.
    explicit ScriptBook(std::initializer_list<std::string_view> scripts);

    // By weight among the scenarios of this kind; throws base::Error(kInvalidInput) if there is
    // none.
    const Scenario& Choose(ScenarioKind kind, SeededRandom& random) const;
    // The values of a slot; throws base::Error(kInvalidInput) for a slot that is not defined.
    const std::vector<std::string>& Values(std::string_view slot) const;
    const std::vector<Scenario>& scenarios() const { return scenarios_; }

private:
    void ReadLine(std::string_view line);

    std::map<std::string, std::vector<std::string>, std::less<>> slots_;
    std::vector<Scenario> scenarios_;
};

// Who talks in one conversation.
struct Cast {
    std::string contact_name;  // first name; empty if unknown
    std::string agent_name;    // first name
    int hour = 12;             // of the day when it begins, for the greeting
};

struct SpokenLine {
    Speaker speaker = Speaker::kContact;
    bool much_later = false;
    std::string attachment;
    std::string text;  // empty with an attachment alone
};

// Tells one conversation. `book` and `random` outlive it.
class Narrator {
public:
    Narrator(const ScriptBook& book, Cast cast, SeededRandom& random);

    std::vector<SpokenLine> Tell(const Scenario& scenario);
    // One text in the notation above, with this conversation's slot values.
    std::string Render(std::string_view text);
    // One of the values of a slot, rendered.
    std::string RenderSlot(std::string_view slot);

private:
    void Append(std::string_view text, std::string& out);
    void AppendSlot(std::string_view name, std::string& out);
    std::optional<std::string> BuiltIn(std::string_view name) const;

    const ScriptBook& book_;
    Cast cast_;
    SeededRandom& random_;
    std::vector<std::pair<std::string, std::string>> chosen_;  // slot and its value, once chosen
};

}  // namespace geniai::demo
