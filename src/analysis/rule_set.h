#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace geniai::analysis {

// What it means when one of a rule group's patterns is found.
enum class RuleKind {
    kLead,          // the contact shows interest
    kVisitStated,   // the contact says that a visit is booked, or that he comes
    kVisitRequest,  // the contact asks to book
    kVisitAccept,   // the contact agrees; counts right after a proposal
    kVisitCancel,   // the contact takes a visit back
    kConversion,    // the contact states that he paid, signed, enrolled
    kRefusal,       // the contact does not want it (any more)
    kCustomer,      // an existing customer who wants support
    kOptOut,        // does not want to be written to any more
    kCallRequest,   // the contact asks for a call, or waits for an answer
    kOutsider,      // no buyer: job seeker, supplier, spam; nothing reopens it
    kWhen,          // a day or a clock time; never decides anything alone
    kDeferral,      // "vou ver e te aviso": takes the force out of an acceptance
    kTeamProposal,  // the team offers to book
    kTeamConfirm,   // the team says that it is booked
    kTeamDecline,   // the team says that this day or time does not work
    kTeamHours,     // the team tells opening hours, which are no proposal
    kTeamPromise,   // the team says that it will call or come back to it
    kNegation,      // words that turn the following words around
    kCondition,     // words that make the following words a supposition
    kCategory,      // a keyword of a category
    kException,     // takes back the hits of its group that it overlaps
};

// A pattern of the data file: parts that follow each other in one clause with at most kGapWordsMax
// words between them. Each part is a list of regular expressions over clause text, any of which
// finds it; they are several where a term has many alternatives, because one expression with all
// grows too large.
struct RulePattern {
    std::string written;  // as in the data file
    std::vector<std::vector<std::string>> parts;
    int source_line = 0;  // in the data file, or in the tenant's additions
    bool is_own = false;  // the tenant's
};

constexpr std::size_t kGapWordsMax = 3;

struct RuleGroup {
    std::string name;
    RuleKind kind = RuleKind::kLead;
    int weight = 0;          // kLead, kVisitRequest, kTeamConfirm: strength; kCategory: points
    bool negatable = false;  // a negation shortly before takes the hit back
    bool question = false;   // counts only inside a question
    bool statement = false;  // does not count inside a question or after a condition
    bool yields = false;     // kRefusal: a wish in the same message outweighs it; kCustomer:
                             // interest in an earlier message or an open proposal does
    std::size_t owner = 0;   // kException: index of its group; kCategory: index of its category
    std::vector<RulePattern> patterns;
};

struct Category {
    std::string key;              // AGENDAMENTO
    std::string label;            // Agendamentos
    std::string color;            // #28a745
    int visit_weight = 0;         // points added when the contact booked a visit
    int lead_weight = 0;          // when the conversation is a lead
    int customer_weight = 0;      // when an existing customer wants support
    bool needs_interest = false;  // never the category of somebody who refused in the end
};

// See rules_ptbr.toml, [score], for what each means.
struct ScoreWeights {
    int lead_strength_min = 2;
    int per_topic = 0;
    int topics_max = 0;
    int visit = 0;
    int conversion = 0;
    int resolved = 0;
    int human = 0;
};

// The weights by the names that they have in [score].
inline constexpr std::array<std::pair<const char*, int ScoreWeights::*>, 7> kScoreKeys = {
    {{"lead_strength_min", &ScoreWeights::lead_strength_min},
     {"per_topic", &ScoreWeights::per_topic},
     {"topics_max", &ScoreWeights::topics_max},
     {"visit", &ScoreWeights::visit},
     {"conversion", &ScoreWeights::conversion},
     {"resolved", &ScoreWeights::resolved},
     {"human", &ScoreWeights::human}}};

// Word lists and weights as data. A plain value; the classifier compiles it.
struct RuleSet {
    std::string version;  // as VersionOfRules() has it
    std::vector<RuleGroup> groups;
    std::vector<Category> categories;  // in order of precedence; the last one is for "no keyword"
    ScoreWeights score;
    int negation_reach_words = 0;           // how far before a hit a negation still counts
    std::vector<std::string> clause_words;  // words before which a clause begins ("mas")
    std::vector<std::pair<std::string, std::string>> spelling;  // "vc" → "voce"
    std::vector<std::string> accept_signs;                      // emoji that say yes, as UTF-8
};

// Whether a tenant may have words of its own in groups of this kind.
bool TakesOwnWords(RuleKind kind);

// Parses the data file's text, with a tenant's additions to it (docs/tenant-rules.md); empty: none.
// The groups of the file come first and in its order, what the additions take out of them behind,
// as exceptions. Throws base::Error(kInvalidInput) that names the line on bad TOML, an unknown or
// missing key, a value of the wrong type, and a pattern that uses an unknown <term>; the patterns
// of the additions are tried one by one as well.
RuleSet ParseRuleSet(std::string_view toml, std::string_view additions = {});

// The version of the verdicts that this program reaches by a rule set parsed from these texts:
// "1f2e…", with additions "1f2e…+9c0d…".
std::string VersionOfRules(std::string_view toml, std::string_view additions = {});

}  // namespace geniai::analysis
