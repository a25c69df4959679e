// The gateway under load: so many questions, so many in flight, against a provider's address.
//   usage: gateway_load WAREHOUSE_URL PROVIDER_URL QUESTIONS IN_FLIGHT PROMPT_TOKENS
// The warehouse has tenant 1. Prints one JSON object: answered, refused, failed, seconds, cpu_seconds,
// peak_mib.
#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <latch>
#include <string>

#include "base/clock.h"
#include "base/digest.h"
#include "llm/gateway.h"

namespace {

using namespace geniai;

constexpr int kInstructionTokens = 20;
constexpr std::size_t kBytesPerToken = 4;

llm::Question QuestionNumber(long number, int prompt_tokens) {
    llm::Question question;
    question.tenant = base::TenantId(1);
    question.purpose = "bench";
    question.prompt_version = "v1";
    const auto text_tokens = static_cast<std::size_t>(prompt_tokens - kInstructionTokens);
    const std::string text =
        std::string(kBytesPerToken * text_tokens, 'a') + " " + std::to_string(number);
    question.input_hash = base::DigestOf(text);
    question.input_tokens = prompt_tokens;
    question.chat.messages = {{"system", "Responda em JSON."}, {"user", text}};
    question.chat.schema_name = "analysis";
    question.chat.schema = R"({"type":"object","additionalProperties":false,"required":["summary"],
                               "properties":{"summary":{"type":"string","maxLength":200}}})";
    question.chat.output_tokens_max = 100;
    return question;
}

double CpuSeconds(const rusage& usage) {
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int Measure(char** arguments) {
    const long questions = std::strtol(arguments[3], nullptr, 10);
    const int prompt_tokens = std::atoi(arguments[5]);
    llm::GatewaySettings settings;
    settings.base_url = std::string(arguments[2]) + "/v1";
    settings.api_key = base::Secret("simulator-key");
    settings.model = "gpt-4o-mini";
    settings.in_flight_max = std::atoi(arguments[4]);
    settings.wait_max = std::chrono::hours(1);
    pg::ConnectionSettings warehouse;
    warehouse.url = base::Secret(arguments[1]);
    warehouse.application_name = "geniai bench";
    pg::Pool::Settings connections;
    connections.connection = warehouse;
    pg::Pool pool(connections);
    const base::SystemClock clock;
    const obs::Log log(obs::Level::kOff);
    std::atomic<long> answered{0};
    std::atomic<long> refused{0};
    std::atomic<long> failed{0};
    std::latch left(questions);
    const base::Stopwatch stopwatch;
    {
        llm::Gateway gateway(settings, pool, clock, log);
        for (long i = 0; i < questions; ++i) {
            gateway.Ask(QuestionNumber(i, prompt_tokens), [&](const llm::Reply& reply) {
                switch (reply.kind) {
                    case llm::Reply::Kind::kAnswered: ++answered; break;
                    case llm::Reply::Kind::kRefused: ++refused; break;
                    case llm::Reply::Kind::kFailed: ++failed; break;
                }
                left.count_down();
            });
        }
        left.wait();
    }
    const double seconds = stopwatch.Seconds();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("{\"answered\": %ld, \"refused\": %ld, \"failed\": %ld, \"seconds\": %.3f, "
                "\"cpu_seconds\": %.3f, \"peak_mib\": %.1f}\n",
                answered.load(), refused.load(), failed.load(), seconds, CpuSeconds(usage),
                static_cast<double>(usage.ru_maxrss) / 1024);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6 || std::atoi(argv[5]) < kInstructionTokens) {
        std::fputs("usage: gateway_load WAREHOUSE_URL PROVIDER_URL QUESTIONS IN_FLIGHT PROMPT_TOKENS\n",
                   stderr);
        return 2;
    }
    try {
        return Measure(argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "gateway_load: %s\n", error.what());
        return 1;
    }
}
