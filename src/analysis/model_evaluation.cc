#include "analysis/model_evaluation.h"

#include <array>
#include <memory>

#include "analysis/answer_reader.h"
#include "analysis/model_verdict.h"
#include "analysis/patient_scope.h"
#include "analysis/provider_trouble.h"
#include "analysis/reply_queue.h"
#include "base/clock.h"
#include "llm/prices.h"

namespace geniai::analysis {

namespace {

using Flags = std::array<bool, warehouse::kFlagNames.size()>;

// One that the provider fails so often ends the evaluation: without it the numbers are of another
// set.
constexpr int kTimesAskedMax = 3;

// A labelled conversation whose question is on its way.
struct LabelledQuestion {
    LabelledConversation of;
    std::vector<SpokenLine> lines;
    Mask mask;
    ConversationPrompt prompt;
    base::MicroBrl cost_max;
    int times_asked = 0;
    llm::Reply reply;
};
using QuestionPtr = std::shared_ptr<LabelledQuestion>;

// The thread that runs it reads, asks and judges; only the replies come in on the gateway's threads.
class EvaluationRound {
public:
    EvaluationRound(const AskingParts& parts, base::TenantId tenant, const LabelledSet& set,
                    const RuleClassifier& rules, const EvaluationOptions& options)
        : parts_(parts), tenant_(tenant), set_(set), rules_(rules), options_(options),
          file_(set.path) {
        warehouse::ModelEvaluation& evaluation = report_.evaluation;
        evaluation.set_digest = set.digest;
        evaluation.conversations = set.conversations;
        evaluation.model = parts.model;
        evaluation.prompt_version = kVerdictPromptVersion;
        evaluation.rules_version = rules.version();
        evaluation.author = options.author;
    }

    EvaluationReport Run() {
        const base::Stopwatch stopwatch;
        for (AskMore(); replies_.on_their_way() > 0; AskMore()) {
            for (const QuestionPtr& question : replies_.Take()) {
                cost_on_its_way_ = cost_on_its_way_ - question->cost_max;
                TakeReply(question);
            }
        }
        if (!report_.ended_by && report_.judged < set_.conversations) report_.ended_by = "stopping";
        if (!report_.ended_by && file_.digest() != set_.digest) report_.ended_by = "file_changed";
        report_.seconds = stopwatch.Seconds();
        return std::move(report_);
    }

private:
    bool MayAsk() const {
        return !report_.ended_by && !options_.asking.stop.stop_requested() &&
               begun_ < set_.conversations;
    }

    void AskMore() {
        while (MayAsk() && replies_.on_their_way() < options_.asking.workers) AskNext();
    }

    void AskNext() {
        auto next = file_.Next();
        if (!next) return EndBy("file_changed");
        ++begun_;
        auto question = std::make_shared<LabelledQuestion>();
        question->of = std::move(*next);
        question->lines = SpokenLines(question->of.messages);
        question->prompt =
            MakeVerdictPrompt(question->of.inbox_name, question->lines,
                              options_.asking.conversation_tokens_max, question->mask);
        Ask(question);
    }

    void EndBy(const std::string& cause) {
        if (!report_.ended_by) report_.ended_by = cause;
    }

    void Ask(const QuestionPtr& question) {
        if (!IsWithinCostMax(*question)) return EndBy("max_cost");
        ++question->times_asked;
        cost_on_its_way_ += question->cost_max;
        llm::Question asked;
        asked.tenant = tenant_;
        asked.purpose = kEvaluationPurpose;
        asked.prompt_version = kVerdictPromptVersion;
        asked.input_hash = question->prompt.input_hash;
        asked.input_tokens = question->prompt.input_tokens;
        asked.chat = question->prompt.chat;
        replies_.Ask(*parts_.gateway, std::move(asked), question);
    }

    // Whether the evaluation's own limit covers this question too, at its dearest.
    bool IsWithinCostMax(LabelledQuestion& question) {
        if (!options_.asking.cost_max) return true;
        const ConversationPrompt& prompt = question.prompt;
        const auto cost = InPatientScope(parts_.warehouse, tenant_, [&](auto& scope) {
            return llm::CostOf(scope, parts_.model, prompt.input_tokens, 0,
                               prompt.chat.output_tokens_max);
        });
        question.cost_max = cost.value_or(base::MicroBrl(0));  // without a price it is refused anyway
        return report_.evaluation.cost + cost_on_its_way_ + question.cost_max <=
               *options_.asking.cost_max;
    }

    void TakeReply(const QuestionPtr& question) {
        const llm::Reply& reply = question->reply;
        report_.evaluation.cost += reply.cost;
        report_.evaluation.input_tokens += reply.usage.input_tokens;
        report_.evaluation.output_tokens += reply.usage.output_tokens;
        if (reply.kind == llm::Reply::Kind::kRefused) {
            report_.not_before = reply.not_before;
            return EndBy(reply.cause);
        }
        const bool is_failed = reply.kind == llm::Reply::Kind::kFailed;
        if (is_failed && IsProvidersTrouble(reply.cause)) return AskAgain(question);
        troubles_in_a_row_ = 0;
        if (is_failed) return JudgeBadAnswer(*question, reply.cause);
        JudgeAnswer(*question);
    }

    // The provider's trouble says nothing about the model.
    void AskAgain(const QuestionPtr& question) {
        const std::string cause = question->reply.cause;
        ++troubles_in_a_row_;
        if (IsHopeless(cause) || troubles_in_a_row_ >= kTroublesInARowMax ||
            question->times_asked >= kTimesAskedMax || options_.asking.stop.stop_requested()) {
            return EndBy(cause);
        }
        if (!report_.ended_by) Ask(question);
    }

    void JudgeAnswer(const LabelledQuestion& question) {
        try {
            const warehouse::ModelVerdict verdict =
                ReadVerdictAnswer(question.reply.content, question.mask, question.lines);
            Judge(question, {verdict.is_lead, verdict.visit_scheduled, verdict.crm_converted});
        } catch (const BadAnswer& bad) {
            JudgeBadAnswer(question, bad.cause);
        }
    }

    // Wrong in each flag, whichever its label is.
    void JudgeBadAnswer(const LabelledQuestion& question, const std::string& cause) {
        ++report_.bad_answers[cause];
        ++report_.evaluation.bad_answers;
        parts_.log.Warning("evaluation.bad_answer",
                           {{"tenant_id", tenant_.value()},
                            {"conversation", std::string_view(question.of.id)},
                            {"cause", std::string_view(cause)}});
        Flags wrong = question.of.labels;
        for (bool& flag : wrong) flag = !flag;
        Judge(question, wrong);
    }

    void Judge(const LabelledQuestion& question, const Flags& by_model) {
        const warehouse::Classification found = rules_.Classify(question.of.messages, {});
        const Flags by_rules{found.is_lead, found.visit_scheduled, found.crm_converted};
        for (std::size_t flag = 0; flag < by_rules.size(); ++flag) {
            const bool label = question.of.labels[flag];
            report_.evaluation.by_model[flag].Add(label, by_model[flag]);
            report_.evaluation.by_rules[flag].Add(label, by_rules[flag]);
        }
        ++report_.judged;
        if (options_.asking.on_progress) options_.asking.on_progress(report_.judged);
    }

    const AskingParts& parts_;
    base::TenantId tenant_;
    const LabelledSet& set_;
    const RuleClassifier& rules_;
    const EvaluationOptions& options_;
    LabelledFile file_;
    EvaluationReport report_;
    std::int64_t begun_ = 0;
    int troubles_in_a_row_ = 0;
    base::MicroBrl cost_on_its_way_;
    ReplyQueue<LabelledQuestion> replies_;  // goes first, for it waits for what is on its way
};

void CompareAndStore(tenancy::TenantScope& scope, EvaluationReport& report,
                     std::int64_t drop_max_micros) {
    warehouse::ModelEvaluation& evaluation = report.evaluation;
    report.before = warehouse::FindEvaluationBefore(scope, evaluation);
    if (report.before) {
        report.drops = FindDrops(report.before->by_model, evaluation.by_model, drop_max_micros);
    }
    evaluation.is_accepted = report.drops.empty();
    evaluation.id = warehouse::StoreEvaluation(scope, evaluation);
}

}  // namespace

EvaluationReport EvaluateModel(const AskingParts& parts, base::TenantId tenant,
                               const LabelledSet& set, const RuleClassifier& rules,
                               const EvaluationOptions& options) {
    // Questions that wait for a window end at once, those in flight are answered.
    const std::stop_callback stop(options.asking.stop, [&parts] { parts.gateway->Stop(); });
    EvaluationReport report = EvaluationRound(parts, tenant, set, rules, options).Run();
    if (!report.ended_by) {
        InPatientScope(parts.warehouse, tenant, [&](auto& scope) {
            CompareAndStore(scope, report, options.drop_max_micros);
            return report.evaluation.id;
        });
    }
    parts.log.Info("evaluation.done", {{"tenant_id", tenant.value()},
                                       {"judged", report.judged},
                                       {"bad_answers", report.evaluation.bad_answers},
                                       {"cost_micro_brl", report.evaluation.cost.micros()},
                                       {"seconds", report.seconds}});
    return report;
}

std::vector<FlagDrop> FindDrops(const warehouse::FlagScores& before,
                                const warehouse::FlagScores& now, std::int64_t drop_max_micros) {
    constexpr std::int64_t kMicrosOfOne = 100'000'000;  // an accuracy of 1 is 100 points
    std::vector<FlagDrop> drops;
    for (std::size_t flag = 0; flag < now.size(); ++flag) {
        // Whole numbers: exactly two points are not more than two points.
        const std::int64_t lost = before[flag].agreed() - now[flag].agreed();
        if (lost * kMicrosOfOne > drop_max_micros * now[flag].judged()) {
            drops.push_back({warehouse::kFlagNames[flag], before[flag].Accuracy().value_or(0),
                             now[flag].Accuracy().value_or(0)});
        }
    }
    return drops;
}

}  // namespace geniai::analysis
