#include "demo/conversation_plot.h"

#include <algorithm>
#include <array>
#include <utility>

namespace geniai::demo {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr seconds kSilenceBeforeNow{60};  // the newest message is at least this old
constexpr int kRobotFirstPercent = 60;
constexpr int kCampaignPercent = 4;
constexpr int kNotePercent = 10;
constexpr int kAnswersSurveyPercent = 38;

constexpr std::array kGoodFeedback{"Atendimento rápido, obrigada!",
                                   "Muito atenciosos 👏",
                                   "Resolveu na hora",
                                   "Ótimo atendimento",
                                   "Gostei, recomendo",
                                   "Fui muito bem atendido"};
constexpr std::array kBadFeedback{"Demorou demais para responder", "Não resolveram meu problema",
                                  "Precisei explicar três vezes", "Esperava mais",
                                  "Atendimento confuso"};

// Control characters, emoji of several code points, text from right to left with its overrides, a
// noncharacter, and letters outside the BMP: all legal, and each has broken somebody's reader.
constexpr const char* kHostileText =
    "Oi \x01\x1b[31m\x7f tudo bem? 👩🏽‍⚕️🇧🇷 \xE2\x80\xAE"
    "otnemagap\xE2\x80\xAC \xEF\xBF\xBE "
    "\xF0\x9D\x93\xB8\xF0\xA0\x9C\x8E مرحبا \"aspas\" \\barra\\ \t<b>&amp;</b> '; --";

// A JSON object as Chatwoot's model writes it to a json column: encoded a second time, as a string.
std::string EncodedTwice(std::string_view object) {
    std::string json = "\"";
    for (const char c : object) {
        if (c == '"' || c == '\\') json += '\\';
        json += c;
    }
    return json + '"';
}

class Plotter {
public:
    Plotter(const PlotRequest& request, SeededRandom& random)
        : request_(request),
          random_(random),
          agent_(request.company.agents[random.Index(request.company.agents.size())]),
          narrator_(request.book,
                    {request.contact.first_name, agent_.first_name, LocalHour(request.arrival)},
                    random),
          cursor_(request.arrival) {}

    ConversationPlot Run() {
        plot_.created_at = request_.arrival;
        MaybeOpenByCampaign();
        for (const SpokenLine& line : Lines()) {
            if (!Say(line)) break;
        }
        MaybeNote();
        if (!interrupted_) End();
        Describe();
        ApplyOddity();
        Settle();
        return std::move(plot_);
    }

private:
    static SpokenLine Spoken(Speaker speaker, std::string text) {
        return {speaker, false, "", std::move(text)};
    }

    bool HasRobot() const { return request_.inbox.robot != Robot::kNone; }
    bool IsInterest() const { return request_.kind <= ScenarioKind::kSaleAndVisit; }

    // The scenario with what people say around it, and with the robot's menu after the first line
    // where the inbox has a robot.
    std::vector<SpokenLine> Lines() {
        std::vector<SpokenLine> lines =
            narrator_.Tell(request_.book.Choose(request_.kind, random_));
        AddSmallTalk(lines);
        const bool robot_first = HasRobot() && request_.kind != ScenarioKind::kUnanswered &&
                                 lines.size() > 1 && random_.Percent(kRobotFirstPercent);
        robot_first_ = robot_first;
        if (!robot_first) return lines;
        std::vector<SpokenLine> menu{Spoken(Speaker::kBot, narrator_.RenderSlot("menu"))};
        if (request_.inbox.robot == Robot::kAgentBot) {
            menu.push_back(Spoken(Speaker::kContact, std::to_string(IsInterest() ? 1 : 3)));
        }
        if (lines[1].speaker != Speaker::kBot) {
            menu.push_back(Spoken(Speaker::kBot, narrator_.RenderSlot("handoff")));
        }
        lines.insert(lines.begin() + 1, menu.begin(), menu.end());
        return lines;
    }

    // A greeting in a message of its own, "one moment", "anything else?".
    void AddSmallTalk(std::vector<SpokenLine>& lines) {
        const bool greets = !StartsWithGreeting(lines.front().text) && random_.Percent(45);
        if (greets) {
            lines.insert(lines.begin(), Spoken(Speaker::kContact, narrator_.RenderSlot("hello")));
        }
        for (std::size_t at = 1; at < lines.size(); ++at) {
            const bool answers = lines[at].speaker == Speaker::kHuman && !lines[at].much_later &&
                                 lines[at - 1].speaker == Speaker::kContact;
            if (!answers || !random_.Percent(14)) continue;
            const auto before = lines.begin() + static_cast<std::ptrdiff_t>(at);
            lines.insert(before, Spoken(Speaker::kHuman, narrator_.RenderSlot("moment")));
            break;
        }
        const bool answered = std::any_of(lines.begin(), lines.end(), [](const SpokenLine& line) {
            return line.speaker == Speaker::kHuman;
        });
        if (!answered || IsInterest() || !random_.Percent(40)) return;
        lines.push_back(Spoken(Speaker::kHuman, narrator_.RenderSlot("anything_else")));
        if (!random_.Percent(80)) return;
        lines.push_back(Spoken(Speaker::kContact, narrator_.RenderSlot("nothing_else")));
    }

    static bool StartsWithGreeting(std::string_view text) {
        return text.starts_with("O") || text.starts_with("B") || text.empty();
    }

    void MaybeOpenByCampaign() {
        if (!IsInterest() || !random_.Percent(kCampaignPercent)) return;
        PlotMessage& message = Add(MessageType::kOutgoing, narrator_.RenderSlot("campaign"));
        message.sender = SenderType::kUser;
        message.sender_id = request_.company.agents.front().user_id;
        message.additional_attributes =
            "{\"campaign_id\": " + std::to_string(request_.company.account_id) + "}";
        plot_.from_campaign = true;
    }

    // False when the line would be spoken after now: the conversation is still going on.
    bool Say(const SpokenLine& line) {
        const Speaker speaker =
            line.speaker == Speaker::kBot && !HasRobot() ? Speaker::kHuman : line.speaker;
        const Instant at = TimeOf(speaker, line.much_later);
        if (at > request_.now - kSilenceBeforeNow) {
            interrupted_ = true;
            return false;
        }
        if (speaker == Speaker::kHuman && !plot_.first_reply_at) AssignBefore(at);
        cursor_ = at;
        switch (speaker) {
            case Speaker::kContact: SayAsContact(line); break;
            case Speaker::kHuman: SayAsAgent(line); break;
            case Speaker::kBot: SayAsRobot(line); break;
            case Speaker::kNote: AddNote(line.text); break;
        }
        last_speaker_ = speaker;
        return true;
    }

    Instant TimeOf(Speaker speaker, bool much_later) {
        const OpeningHours& hours_open = request_.company.hours;
        if (plot_.messages.empty()) return cursor_;
        if (much_later) {
            const Instant later = cursor_ + hours(random_.Between(20, 66)) + Jitter(3'600);
            return speaker == Speaker::kContact ? AwakeAt(later)
                                                : hours_open.NextOpen(later) + Jitter(900);
        }
        switch (speaker) {
            case Speaker::kContact:
                if (plot_.from_campaign && plot_.messages.size() == 1) return After(2'400);
                if (last_speaker_ == Speaker::kContact) return After(25);
                return last_speaker_ == Speaker::kBot ? After(40) : AwakeAt(After(200));
            case Speaker::kBot: return cursor_ + seconds(2) + Jitter(4);
            case Speaker::kNote: return cursor_ + seconds(20) + Jitter(200);
            case Speaker::kHuman: break;
        }
        if (last_speaker_ == Speaker::kHuman) return After(30);
        const Instant reply = After(plot_.first_reply_at ? 110 : request_.company.reply_seconds);
        return hours_open.IsOpen(reply) ? reply : hours_open.NextOpen(reply) + Skewed(900);
    }

    Micros Jitter(std::int64_t seconds_max) {
        return Micros(random_.Below(seconds_max * 1'000'000));
    }
    Micros Skewed(std::int64_t seconds_median) {
        return Micros(random_.Around(seconds_median * 1'000'000));
    }
    Instant After(std::int64_t seconds_median) { return cursor_ + Skewed(seconds_median); }

    PlotMessage& Add(MessageType type, std::optional<std::string> text) {
        PlotMessage& message = plot_.messages.emplace_back();
        message.at = cursor_;
        message.updated_at = cursor_;
        message.type = type;
        message.text = std::move(text);
        return message;
    }

    PlotMessage& AddLine(MessageType type, const SpokenLine& line) {
        std::optional<std::string> text;
        if (!line.text.empty()) text = line.text;
        PlotMessage& message = Add(type, std::move(text));
        if (line.attachment == "sticker") message.content_type = kStickerContent;
        message.attachment = line.attachment == "sticker" ? "image" : line.attachment;
        message.content_attributes = EncodedTwice("{}");
        return message;
    }

    void SayAsContact(const SpokenLine& line) {
        const bool first = std::none_of(
            plot_.messages.begin(), plot_.messages.end(),
            [](const PlotMessage& message) { return message.type == MessageType::kIncoming; });
        PlotMessage& message = AddLine(MessageType::kIncoming, line);
        if (message.text) *message.text = TypedBy(request_.contact, *message.text, random_);
        message.sender = SenderType::kContact;
        message.sender_id = request_.contact_id;
        if (random_.Percent(25)) message.content_attributes = "{}";
        if (random_.Percent(3)) message.content_attributes = std::nullopt;
        if (first) AnswerByTemplate();
    }

    // Chatwoot's own first words: a greeting, or that nobody is there now.
    void AnswerByTemplate() {
        const bool open = request_.company.hours.IsOpen(cursor_);
        const bool away = !open && !robot_first_ && random_.Percent(75);
        if (!away && !(request_.inbox.greets && random_.Percent(80))) return;
        if (cursor_ + seconds(2) > request_.now - kSilenceBeforeNow) return;
        cursor_ += seconds(1) + Jitter(1);
        Add(MessageType::kTemplate, narrator_.RenderSlot(away ? "away" : "greeting"));
    }

    void SayAsAgent(const SpokenLine& line) {
        PlotMessage& message = AddLine(MessageType::kOutgoing, line);
        message.sender = SenderType::kUser;
        message.sender_id = agent_.user_id;
        if (!plot_.first_reply_at) plot_.first_reply_at = message.at;
    }

    void SayAsRobot(const SpokenLine& line) {
        PlotMessage& message = AddLine(MessageType::kOutgoing, line);
        message.sender =
            request_.inbox.robot == Robot::kCaptain ? SenderType::kCaptain : SenderType::kAgentBot;
        message.sender_id = request_.company.robot_id;
        if (request_.inbox.robot == Robot::kCaptain) {
            message.additional_attributes =
                "{\"agent_name\": \"" + request_.company.robot_name + "\"}";
        }
    }

    void AddNote(const std::string& text) {
        PlotMessage& message = Add(MessageType::kOutgoing, text);
        message.is_private = true;
        message.sender = SenderType::kUser;
        message.sender_id = agent_.user_id;
        message.content_attributes = EncodedTwice("{}");
    }

    void MaybeNote() {
        if (!plot_.first_reply_at || !random_.Percent(kNotePercent)) return;
        const Instant at = cursor_ + seconds(30) + Jitter(300);
        if (at > request_.now - kSilenceBeforeNow) return;
        cursor_ = at;
        AddNote(narrator_.RenderSlot("note"));
    }

    // The line that says who takes the conversation, shortly before the first answer.
    void AssignBefore(Instant first_answer) {
        const Micros wait = first_answer - cursor_;
        cursor_ += wait - std::min<Micros>(wait / 4, seconds(3) + Jitter(55));
        plot_.assignee_id = agent_.user_id;
        Add(MessageType::kActivity,
            random_.Percent(60)
                ? agent_.name + " atribuiu a si esta conversa"
                : "Atribuída a " + agent_.name + " por " + request_.company.agents.front().name);
    }

    // How it ends: resolved by the agent, forgotten, put off, or closed by the system.
    void End() {
        const bool young = cursor_ > request_.now - std::chrono::days(2);
        const int resolved_percent = !plot_.first_reply_at ? 25
                                     : young               ? 45
                                     : IsInterest()        ? 74
                                                           : 90;
        if (random_.Percent(resolved_percent)) {
            Resolve();
        } else if (cursor_ > request_.now - std::chrono::days(12) && random_.Percent(30)) {
            PutOff();
        } else if (!plot_.first_reply_at && HasRobot() && robot_first_) {
            plot_.status = ConversationStatus::kPending;
        }
    }

    void Resolve() {
        const bool by_agent = plot_.first_reply_at.has_value();
        const Instant wanted = by_agent ? After(1'500) : cursor_ + std::chrono::days(3);
        const Instant at =
            by_agent ? request_.company.hours.NextOpen(wanted) + Jitter(600) : wanted;
        if (at > request_.now - 2 * kSilenceBeforeNow) return;
        cursor_ = at;
        Add(MessageType::kActivity, by_agent
                                        ? "Conversa foi marcada como resolvida por " + agent_.name
                                        : "Conversa foi resolvida automaticamente após 3 dias sem "
                                          "atividade");
        plot_.status = ConversationStatus::kResolved;
        plot_.resolved_at = cursor_;
        if (request_.inbox.surveys && by_agent) AskForRating();
        if (request_.oddity == Oddity::kRatedTwice && by_agent) AskForRating();
    }

    void AskForRating() {
        cursor_ += seconds(1) + Jitter(2);
        const std::size_t survey = plot_.messages.size();
        PlotMessage& message = Add(MessageType::kTemplate, "Por favor, avalie o nosso atendimento");
        message.content_type = kSurveyContent;
        message.content_attributes = EncodedTwice("{\"display_type\":\"emoji\"}");
        const Instant answered = After(600);
        const bool answers =
            request_.oddity == Oddity::kRatedTwice || random_.Percent(kAnswersSurveyPercent);
        if (!answers || answered > request_.now - kSilenceBeforeNow) return;
        SurveyAnswer answer{survey, Rating(), "", answered};
        if (random_.Percent(45)) answer.feedback = Feedback(answer.rating);
        message.updated_at = answered;
        message.content_attributes = EncodedTwice(
            "{\"display_type\":\"emoji\",\"submitted_values\":{\"csat_survey_response\":{"
            "\"rating\":" +
            std::to_string(answer.rating) + "}}}");
        plot_.answers.push_back(std::move(answer));
    }

    int Rating() {
        if (request_.kind == ScenarioKind::kComplaint)
            return static_cast<int>(random_.Between(1, 3));
        const std::int64_t draw = random_.Below(100);
        return draw < 62 ? 5 : draw < 85 ? 4 : draw < 93 ? 3 : draw < 97 ? 2 : 1;
    }

    std::string Feedback(int rating) {
        return rating >= 4 ? kGoodFeedback[random_.Index(kGoodFeedback.size())]
                           : kBadFeedback[random_.Index(kBadFeedback.size())];
    }

    void PutOff() {
        plot_.status = ConversationStatus::kSnoozed;
        plot_.snoozed_until = request_.company.hours.NextOpen(
            request_.now + std::chrono::days(random_.Between(1, 5)));
    }

    void Describe() {
        ChooseLabels();
        if (plot_.first_reply_at && random_.Percent(55)) plot_.team = IsInterest() ? 0 : 1;
        if (request_.kind == ScenarioKind::kComplaint) {
            plot_.priority = static_cast<int>(random_.Between(2, 3));
        } else if (random_.Percent(12)) {
            plot_.priority = static_cast<int>(random_.Between(0, 2));
        }
    }

    void ChooseLabels() {
        const char* slot = nullptr;
        switch (request_.kind) {
            case ScenarioKind::kLead: slot = "label_lead"; break;
            case ScenarioKind::kVisit: slot = "label_visit"; break;
            case ScenarioKind::kSale:
            case ScenarioKind::kSaleAndVisit: slot = "label_sale"; break;
            case ScenarioKind::kSupport: slot = "label_support"; break;
            case ScenarioKind::kComplaint:
            case ScenarioKind::kCancel: slot = "label_trouble"; break;
            case ScenarioKind::kUnanswered:
            case ScenarioKind::kOther: return;
        }
        for (const std::string& label : request_.book.Values(slot)) {
            if (random_.Percent(28)) plot_.labels.push_back(label);
        }
    }

    void ApplyOddity() {
        switch (request_.oddity) {
            case Oddity::kHostileText: LastBy(SenderType::kContact).text = kHostileText; break;
            case Oddity::kHostileJson:
                LastBy(SenderType::kContact).content_attributes =
                    random_.Percent(50) ? R"("{\"email\":{\"subject\":\"Or\u0000amento\"}}")"
                                        : R"({"email": {"subject": "Or\u0000amento \ud83d"}})";
                break;
            case Oddity::kRemovedSender: ReplaceAgent(SenderType::kNobody, 0, "{}"); break;
            case Oddity::kUnknownAgent:
                if (plot_.assignee_id) plot_.assignee_id = kUnknownUserId;
                ReplaceAgent(SenderType::kUser, kUnknownUserId, "{}");
                break;
            case Oddity::kExternalEcho:
                ReplaceAgent(SenderType::kNobody, 0, "{\"external_echo\":true}");
                break;
            case Oddity::kAutomation: AddAutomation(); break;
            case Oddity::kDeletedMessage: Delete(LastBy(SenderType::kContact)); break;
            case Oddity::kEditedMessage: Edit(); break;
            case Oddity::kNone:
            case Oddity::kRatedTwice:
            case Oddity::kUnknownContact:
            case Oddity::kNoContact: break;
        }
    }

    // The last message of this sender, or the first message of all if there is none.
    PlotMessage& LastBy(SenderType sender) {
        const auto found =
            std::find_if(plot_.messages.rbegin(), plot_.messages.rend(),
                         [sender](const PlotMessage& message) { return message.sender == sender; });
        return found == plot_.messages.rend() ? plot_.messages.front() : *found;
    }

    void ReplaceAgent(SenderType sender, std::int64_t id, std::string_view attributes) {
        for (PlotMessage& message : plot_.messages) {
            const bool by_agent = message.sender == SenderType::kUser && !message.is_private &&
                                  message.additional_attributes == "{}";
            if (!by_agent) continue;
            message.sender = sender;
            message.sender_id = id;
            message.content_attributes = EncodedTwice(attributes);
        }
    }

    void AddAutomation() {
        if (!plot_.resolved_at || cursor_ + seconds(5) > request_.now - kSilenceBeforeNow) return;
        cursor_ += seconds(3) + Jitter(2);
        PlotMessage& message =
            Add(MessageType::kOutgoing,
                "Obrigado pelo contato! Salve o nosso número para receber novidades.");
        message.content_attributes = EncodedTwice("{\"automation_rule_id\":4}");
    }

    void Delete(PlotMessage& message) {
        message.text = "Esta mensagem foi excluída";
        message.attachment.clear();
        message.content_type = kTextContent;
        message.content_attributes = EncodedTwice("{\"deleted\":true}");
        message.updated_at = std::min(message.at + hours(2), request_.now - kSilenceBeforeNow);
    }

    void Edit() {
        PlotMessage& message = LastBy(SenderType::kUser);
        if (message.text) *message.text += " (corrigido)";
        message.updated_at =
            std::min(message.at + std::chrono::minutes(4), request_.now - kSilenceBeforeNow);
    }

    // What Chatwoot derives from the messages.
    void Settle() {
        plot_.last_activity_at = plot_.messages.back().at;
        plot_.updated_at = plot_.last_activity_at + Jitter(3);
        if (request_.oddity == Oddity::kRemovedSender) plot_.assignee_id.reset();
        if (plot_.status == ConversationStatus::kResolved) return;
        for (const PlotMessage& message : plot_.messages) {
            if (message.type == MessageType::kIncoming && !plot_.waiting_since) {
                plot_.waiting_since = message.at;
            } else if (message.type == MessageType::kOutgoing && !message.is_private) {
                plot_.waiting_since.reset();
            }
        }
    }

    const PlotRequest& request_;
    SeededRandom& random_;
    const Agent& agent_;
    Narrator narrator_;
    ConversationPlot plot_;
    Instant cursor_;
    Speaker last_speaker_ = Speaker::kContact;
    bool robot_first_ = false;
    bool interrupted_ = false;
};

}  // namespace

ConversationPlot PlotConversation(const PlotRequest& request, SeededRandom& random) {
    return Plotter(request, random).Run();
}

}  // namespace geniai::demo
