#include "demo/chatwoot_rows.h"

#include <algorithm>
#include <array>

#include "demo/trade_script.h"

namespace geniai::demo {

namespace {

constexpr std::array kLabelSlots{"label_lead", "label_visit", "label_sale", "label_support",
                                 "label_trouble"};
constexpr std::array kLabelColours{"#1f93ff", "#28a745", "#ffc107", "#dc3545", "#6f42c1"};

std::string Hex(SeededRandom& random, int digits) {
    std::string text;
    for (int digit = 0; digit < digits; ++digit)
        text += "0123456789abcdef"[random.Index(16)];
    return text;
}

std::string UuidText(SeededRandom& random) {
    std::string uuid = Hex(random, 32);
    uuid[12] = '4';
    uuid[16] = "89ab"[random.Index(4)];
    for (const std::size_t at : {8U, 13U, 18U, 23U})
        uuid.insert(at, "-");
    return uuid;
}

const char* SenderTypeName(SenderType sender) {
    switch (sender) {
        case SenderType::kContact: return "Contact";
        case SenderType::kUser: return "User";
        case SenderType::kAgentBot: return "AgentBot";
        case SenderType::kCaptain: return "Captain::Assistant";
        case SenderType::kNobody: break;
    }
    return nullptr;
}

constexpr int kWhatsappMedium = 1;  // of a number at Twilio

bool HasTelephone(const Inbox& inbox) {
    return inbox.channel_type == "Channel::Whatsapp" || inbox.channel_type == "Channel::Api" ||
           inbox.channel_type == kTwilio;
}

std::int64_t TagIdOf(const std::string& label) {
    const std::vector<std::string>& names = TagNames();
    return std::find(names.begin(), names.end(), label) - names.begin() + 1;
}

std::string JoinedLabels(const std::vector<std::string>& labels) {
    std::string joined;
    for (const std::string& label : labels)
        joined += (joined.empty() ? "" : ", ") + label;
    return joined;
}

// Teams and campaigns are numbered through all companies: two teams and one campaign each.
std::int64_t TeamId(const Company& company, std::size_t team) {
    return (company.account_id - 1) * 2 + static_cast<std::int64_t>(team) + 1;
}

std::int64_t CampaignId(const Company& company) {
    return company.account_id;
}

void AddAccounts(pg::Transaction& transaction, Instant founded) {
    RowBuffer accounts("accounts", "id, name, created_at, updated_at, locale, settings");
    RowBuffer teams("teams", "id, name, account_id, created_at, updated_at");
    RowBuffer members("team_members", "team_id, user_id, created_at, updated_at");
    for (const Company& company : Companies()) {
        accounts.Add(company.account_id).Add(company.name).Add(founded).Add(founded).Add(16);
        accounts.Add("{\"timezone\": \"America/Sao_Paulo\"}").EndRow();
        for (std::size_t team = 0; team < company.teams.size(); ++team) {
            teams.Add(TeamId(company, team)).Add(company.teams[team]).Add(company.account_id);
            teams.Add(founded).Add(founded).EndRow();
        }
        for (std::size_t agent = 0; agent < company.agents.size(); ++agent) {
            members.Add(TeamId(company, agent % company.teams.size()));
            members.Add(company.agents[agent].user_id).Add(founded).Add(founded).EndRow();
        }
    }
    accounts.Send(transaction);
    teams.Send(transaction);
    members.Send(transaction);
}

void AddUsers(pg::Transaction& transaction, Instant founded) {
    RowBuffer users("users",
                    "id, uid, name, display_name, email, created_at, updated_at, pubsub_token");
    RowBuffer memberships("account_users",
                          "account_id, user_id, role, created_at, updated_at, active_at");
    std::vector<int> added;  // somebody may work for two companies
    for (const Company& company : Companies()) {
        for (const Agent& agent : company.agents) {
            const bool administrator = agent.user_id == company.agents.front().user_id;
            memberships.Add(company.account_id).Add(agent.user_id).Add(administrator ? 1 : 0);
            memberships.Add(founded).Add(founded).Add(founded).EndRow();
            if (std::find(added.begin(), added.end(), agent.user_id) != added.end()) continue;
            added.push_back(agent.user_id);
            const std::string email = "agente" + std::to_string(agent.user_id) + "@example.com";
            users.Add(agent.user_id).Add(email).Add(agent.name);
            users.AddIf(!agent.display_name.empty(), agent.display_name);
            users.Add(email).Add(founded).Add(founded);
            users.Add("token-" + std::to_string(agent.user_id)).EndRow();
        }
    }
    users.Send(transaction);
    memberships.Send(transaction);
}

void AddInboxes(pg::Transaction& transaction, Instant founded) {
    RowBuffer inboxes("inboxes",
                      "id, channel_id, account_id, name, created_at, updated_at, channel_type, "
                      "greeting_enabled, working_hours_enabled, timezone, csat_survey_enabled");
    RowBuffer members("inbox_members", "user_id, inbox_id, created_at, updated_at");
    RowBuffer numbers("channel_twilio_sms",
                      "id, auth_token, account_sid, account_id, created_at, updated_at, medium");
    for (const Company& company : Companies()) {
        for (const Inbox& inbox : company.inboxes) {
            inboxes.Add(inbox.id).Add(inbox.id).Add(company.account_id).Add(inbox.name);
            inboxes.Add(founded).Add(founded).Add(inbox.channel_type).Add(inbox.greets).Add(true);
            inboxes.Add("America/Sao_Paulo").Add(inbox.surveys).EndRow();
            if (inbox.channel_type == kTwilio) {
                numbers.Add(inbox.id).Add("token").Add("account").Add(company.account_id);
                numbers.Add(founded).Add(founded).Add(kWhatsappMedium).EndRow();
            }
            for (const Agent& agent : company.agents) {
                members.Add(agent.user_id).Add(inbox.id).Add(founded).Add(founded).EndRow();
            }
        }
    }
    inboxes.Send(transaction);
    members.Send(transaction);
    numbers.Send(transaction);
}

void AddAgentBot(RowBuffer& bots, int id, const std::string& name,
                 std::optional<std::int64_t> account, Instant founded) {
    bots.Add(id).Add(name).Add("https://bot.example/webhook").Add(founded).Add(founded);
    bots.AddOptional(account).EndRow();
}

void AddRobots(pg::Transaction& transaction, Instant founded) {
    RowBuffer bots("agent_bots", "id, name, outgoing_url, created_at, updated_at, account_id");
    RowBuffer bot_inboxes("agent_bot_inboxes",
                          "inbox_id, agent_bot_id, status, created_at, updated_at, account_id");
    RowBuffer assistants("captain_assistants", "id, name, account_id, created_at, updated_at");
    RowBuffer assistant_inboxes("captain_inboxes",
                                "captain_assistant_id, inbox_id, created_at, updated_at");
    for (const Company& company : Companies()) {
        const bool captain = company.inboxes.front().robot == Robot::kCaptain;
        if (captain) {
            assistants.Add(company.robot_id).Add(company.robot_name).Add(company.account_id);
            assistants.Add(founded).Add(founded).EndRow();
        } else {
            AddAgentBot(bots, company.robot_id, company.robot_name, company.account_id, founded);
        }
        for (const Inbox& inbox : company.inboxes) {
            if (inbox.robot == Robot::kCaptain) {
                assistant_inboxes.Add(company.robot_id)
                    .Add(inbox.id)
                    .Add(founded)
                    .Add(founded)
                    .EndRow();
            } else if (inbox.robot == Robot::kAgentBot) {
                bot_inboxes.Add(inbox.id).Add(company.robot_id).Add(0).Add(founded).Add(founded);
                bot_inboxes.Add(company.account_id).EndRow();
            }
        }
    }
    AddAgentBot(bots, 3, "Robô da plataforma", std::nullopt, founded);  // serves every account
    bots.Send(transaction);
    bot_inboxes.Send(transaction);
    assistants.Send(transaction);
    assistant_inboxes.Send(transaction);
}

void AddCampaigns(pg::Transaction& transaction, Instant founded) {
    RowBuffer campaigns(
        "campaigns",
        "id, display_id, title, message, sender_id, account_id, inbox_id, created_at, "
        "updated_at, campaign_type, campaign_status");
    for (const Company& company : Companies()) {
        campaigns.Add(CampaignId(company)).Add(0).Add("Reativação de contatos");
        campaigns.Add("Oi! Temos novidades para você.").Add(company.agents.front().user_id);
        campaigns.Add(company.account_id).Add(company.inboxes.front().id).Add(founded).Add(founded);
        campaigns.Add(1).Add(1).EndRow();
    }
    campaigns.Send(transaction);
}

void AddLabelDefinitions(pg::Transaction& transaction, Instant founded) {
    RowBuffer labels(
        "labels", "title, description, color, show_on_sidebar, account_id, created_at, updated_at");
    for (const Company& company : Companies()) {
        std::vector<std::string> seen;
        for (std::size_t slot = 0; slot < kLabelSlots.size(); ++slot) {
            for (const std::string& title : ScriptOf(company).Values(kLabelSlots[slot])) {
                if (std::find(seen.begin(), seen.end(), title) != seen.end()) continue;
                seen.push_back(title);
                labels.Add(title)
                    .AddNull()
                    .Add(kLabelColours[slot])
                    .Add(true)
                    .Add(company.account_id);
                labels.Add(founded).Add(founded).EndRow();
            }
        }
    }
    RowBuffer tags("tags", "id, name");
    for (const std::string& name : TagNames())
        tags.Add(TagIdOf(name)).Add(name).EndRow();
    labels.Send(transaction);
    tags.Send(transaction);
}

std::vector<std::string> CollectTagNames() {
    std::vector<std::string> names;
    for (const Company& company : Companies()) {
        for (const char* const slot : kLabelSlots) {
            for (const std::string& title : ScriptOf(company).Values(slot)) {
                if (std::find(names.begin(), names.end(), title) == names.end())
                    names.push_back(title);
            }
        }
    }
    return names;
}

}  // namespace

RowBuffer& RowBuffer::Add(std::string_view text) {
    row_.Add(text);
    return *this;
}

RowBuffer& RowBuffer::Add(std::int64_t value) {
    row_.Add(value);
    return *this;
}

RowBuffer& RowBuffer::Add(bool value) {
    row_.Add(value);
    return *this;
}

RowBuffer& RowBuffer::Add(Instant at) {
    return Add(std::string_view(TimestampText(at)));
}

RowBuffer& RowBuffer::AddNull() {
    row_.AddNull();
    return *this;
}

void RowBuffer::EndRow() {
    rows_.append(row_.Finish());
}

void RowBuffer::Send(pg::Transaction& transaction) {
    if (rows_.empty()) return;
    const pg::Query statement{"demo.source.fill", std::string("copy public.") + table_ + " (" +
                                                      columns_ + ") from stdin"};
    pg::CopyIn copy(transaction, statement);
    copy.Write(rows_);
    copy.Complete();
    rows_.clear();
}

void ChatwootRows::AddConversation(const ConversationFrame& frame, const ConversationPlot& plot,
                                   SeededRandom& random) {
    ++conversation_id_;
    if (frame.new_contact) AddContact(frame, plot);
    AddConversationRow(frame, plot, random);
    const std::int64_t first_message_id = message_id_ + 1;
    for (const PlotMessage& message : plot.messages)
        AddMessage(frame, message, random);
    AddRatings(frame, plot, first_message_id);
    AddLabels(frame, plot);
    AddEvents(frame, plot);
}

void ChatwootRows::Send(pg::Transaction& transaction) {
    for (RowBuffer* const buffer : {&contacts_, &contact_inboxes_, &conversations_, &messages_,
                                    &attachments_, &ratings_, &taggings_, &events_}) {
        buffer->Send(transaction);
    }
}

void ChatwootRows::AddContact(const ConversationFrame& frame, const ConversationPlot& plot) {
    const Person& person = frame.person;
    const bool telephone = HasTelephone(frame.inbox);
    const std::int64_t id = frame.contact.contact_id;
    const Instant at = plot.created_at;
    if (frame.oddity != Oddity::kUnknownContact) {
        contacts_.Add(id).Add(person.name.empty() && telephone ? person.phone : person.name);
        contacts_.AddIf(!person.email.empty(), person.email).AddIf(telephone, person.phone);
        contacts_.Add(frame.company.account_id).Add(at).Add(plot.last_activity_at).Add("{}");
        contacts_.Add(plot.last_activity_at).Add(1).EndRow();
    }
    contact_inboxes_.Add(frame.contact.contact_inbox_id).Add(id).Add(frame.inbox.id);
    contact_inboxes_.Add(telephone ? person.phone.substr(1) : "visitor-" + std::to_string(id));
    contact_inboxes_.Add(at).Add(at).Add("contact-" + std::to_string(id)).EndRow();
}

void ChatwootRows::AddConversationRow(const ConversationFrame& frame, const ConversationPlot& plot,
                                      SeededRandom& random) {
    RowBuffer& row = conversations_;
    row.Add(conversation_id_).Add(frame.company.account_id).Add(frame.inbox.id);
    row.Add(static_cast<int>(plot.status)).AddOptional(plot.assignee_id);
    row.Add(plot.created_at).Add(plot.updated_at);
    row.AddIf(frame.oddity != Oddity::kNoContact, frame.contact.contact_id);
    row.Add(0);  // the trigger numbers it
    row.Add(plot.last_activity_at).Add(plot.last_activity_at);
    const bool widget = frame.inbox.channel_type == "Channel::WebWidget";
    row.Add(widget ? "{\"browser\": {\"browser_name\": \"Chrome\"}, \"referer\": "
                     "\"https://www.example.com/\"}"
                   : "{}");
    row.Add(frame.contact.contact_inbox_id).Add(UuidText(random)).Add(plot.last_activity_at);
    row.AddIf(plot.team.has_value(), TeamId(frame.company, plot.team.value_or(0)));
    row.AddIf(plot.from_campaign, CampaignId(frame.company));
    row.AddOptional(plot.snoozed_until).AddOptional(plot.first_reply_at).AddOptional(plot.priority);
    row.AddOptional(plot.waiting_since);
    // Rows from before an upgrade have no cached list.
    row.AddIf(!plot.labels.empty() && conversation_id_ % 5 != 0, JoinedLabels(plot.labels))
        .EndRow();
}

void ChatwootRows::AddMessage(const ConversationFrame& frame, const PlotMessage& message,
                              SeededRandom& random) {
    ++message_id_;
    RowBuffer& row = messages_;
    row.Add(message_id_)
        .AddOptional(message.text)
        .Add(frame.company.account_id)
        .Add(frame.inbox.id);
    row.Add(conversation_id_).Add(static_cast<int>(message.type)).Add(message.at);
    row.Add(message.updated_at).Add(message.is_private);
    const bool outgoing = message.type == MessageType::kOutgoing && !message.is_private;
    row.Add(!outgoing ? 0 : random.Percent(2) ? 3 : random.Percent(70) ? 2 : 1);
    const bool from_channel = message.type != MessageType::kActivity && HasTelephone(frame.inbox);
    row.AddIf(from_channel, "wamid." + Hex(random, 20));
    row.Add(message.content_type).AddOptional(message.content_attributes);
    if (const char* const sender = SenderTypeName(message.sender)) {
        row.Add(sender).Add(message.sender_id);
    } else {
        row.AddNull().AddNull();
    }
    row.Add(message.additional_attributes).AddOptional(message.text).EndRow();
    if (!message.attachment.empty()) AddAttachment(frame, message);
}

void ChatwootRows::AddAttachment(const ConversationFrame& frame, const PlotMessage& message) {
    const bool audio = message.attachment == "audio";
    const bool file = message.attachment == "file";
    attachments_.Add(audio ? 1 : file ? 3 : 0);
    attachments_.Add("https://files.example/" + std::to_string(message_id_)).Add(message_id_);
    attachments_.Add(frame.company.account_id).Add(message.at).Add(message.at);
    attachments_.Add(audio ? "ogg" : file ? "pdf" : "jpg").Add("{}").EndRow();
}

void ChatwootRows::AddRatings(const ConversationFrame& frame, const ConversationPlot& plot,
                              std::int64_t first_message_id) {
    for (const SurveyAnswer& answer : plot.answers) {
        ratings_.Add(frame.company.account_id).Add(conversation_id_);
        ratings_.Add(first_message_id + static_cast<std::int64_t>(answer.message))
            .Add(answer.rating);
        ratings_.AddIf(!answer.feedback.empty(), answer.feedback);
        ratings_.Add(frame.contact.contact_id).AddOptional(plot.assignee_id);
        ratings_.Add(answer.at).Add(answer.at).EndRow();
    }
}

void ChatwootRows::AddLabels(const ConversationFrame& frame, const ConversationPlot& plot) {
    for (const std::string& label : plot.labels) {
        taggings_.Add(TagIdOf(label)).Add("Conversation").Add(conversation_id_).Add("labels");
        taggings_.Add(plot.last_activity_at).EndRow();
    }
    // Contacts carry labels too, with ids that are also some conversation's.
    if (frame.new_contact && frame.contact.contact_id % 9 == 0) {
        taggings_.Add(1).Add("Contact").Add(frame.contact.contact_id).Add("labels");
        taggings_.Add(plot.created_at).EndRow();
    }
}

void ChatwootRows::AddEvents(const ConversationFrame& frame, const ConversationPlot& plot) {
    if (plot.first_reply_at) AddEvent(frame, plot, "first_response", *plot.first_reply_at);
    if (plot.resolved_at) AddEvent(frame, plot, "conversation_resolved", *plot.resolved_at);
}

void ChatwootRows::AddEvent(const ConversationFrame& frame, const ConversationPlot& plot,
                            const char* name, Instant end) {
    const auto lasted = std::chrono::floor<std::chrono::seconds>(end - plot.created_at).count();
    events_.Add(name).Add(std::int64_t{lasted}).Add(frame.company.account_id).Add(frame.inbox.id);
    events_.AddOptional(plot.assignee_id).Add(conversation_id_).Add(end).Add(end);
    events_.Add(std::int64_t{lasted}).Add(plot.created_at).Add(end).EndRow();
}

const std::vector<std::string>& TagNames() {
    static const std::vector<std::string> names = CollectTagNames();
    return names;
}

void AddCompanies(pg::Transaction& transaction, Instant founded) {
    AddAccounts(transaction, founded);
    AddUsers(transaction, founded);
    AddInboxes(transaction, founded);
    AddRobots(transaction, founded);
    AddCampaigns(transaction, founded);
    AddLabelDefinitions(transaction, founded);
}

}  // namespace geniai::demo
