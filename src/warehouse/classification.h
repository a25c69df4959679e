#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace geniai::warehouse {

// Why a rule decided as it did: the words, literally as they stand in the message.
struct Evidence {
    std::string rule;  // lead, visit, conversion, call, negative or category
    std::int64_t message_id = 0;
    std::string quote;

    friend bool operator==(const Evidence&, const Evidence&) = default;
};

// What is known about a conversation's commercial outcome, whoever found it (rules or a model).
struct Classification {
    bool is_lead = false;
    bool visit_scheduled = false;  // implies is_lead
    bool crm_converted = false;    // implies is_lead
    bool opted_out = false;        // asked not to be written to any more
    bool awaits_call = false;      // was promised a call or an answer, or asked for one, and waits
    int score = 0;                 // 0 to 100; 0 when it is no lead
    std::string category;          // a key: AGENDAMENTO, PRECO_PLANOS, …, OUTROS
    std::vector<Evidence> evidence;

    friend bool operator==(const Classification&, const Classification&) = default;
};

// The band of a score, as people read it: "Alto" from 70, "Médio" from 40, "Baixo" above 0, "N/A".
constexpr std::string_view LabelOf(int score) {
    constexpr int kHighMin = 70;
    constexpr int kMediumMin = 40;
    if (score >= kHighMin) {
        return "Alto";
    }
    if (score >= kMediumMin) {
        return "Médio";
    }
    return score > 0 ? "Baixo" : "N/A";
}

}  // namespace geniai::warehouse
