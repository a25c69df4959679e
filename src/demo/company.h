#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "demo/calendar.h"

namespace geniai::demo {

inline constexpr const char* kTwilio = "Channel::TwilioSms";  // here, numbers of WhatsApp

enum class Robot { kNone, kAgentBot, kCaptain };

struct Agent {
    int user_id = 0;
    std::string name;
    std::string display_name;  // may be empty or blank
    std::string first_name;
};

struct Inbox {
    int id = 0;
    std::string name;
    std::string channel_type;
    int share = 0;  // of the company's conversations, in percent; 0 for an inbox nobody writes to
    // What is asked there, in thousandths: the rest are existing customers and everybody else.
    int leads = 0;
    int visits = 0;
    int sales = 0;
    Robot robot = Robot::kNone;
    bool greets = false;
    bool surveys = false;  // asks for a rating when a conversation is resolved
};

// One invented customer of the operator: an account in Chatwoot.
struct Company {
    int account_id = 0;
    std::string name;
    std::string slug;
    std::string trade;
    int share = 0;  // of all conversations, in percent
    std::string robot_name;
    int robot_id = 0;         // in agent_bots or captain_assistants
    int reply_seconds = 300;  // median within opening hours
    OpeningHours hours;
    std::vector<Agent> agents;  // the first one is the administrator
    std::vector<Inbox> inboxes;
    std::vector<std::string> teams;
};

// The three companies; made once, immutable.
const std::vector<Company>& Companies();

}  // namespace geniai::demo
