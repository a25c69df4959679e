// Pairs of reserve and settle from several clients at once, over so many connections, which they share
// as the workers of a gateway do.
//   usage: admission_load WAREHOUSE_URL CLIENTS CONNECTIONS SECONDS
// The warehouse has tenant 1 and limits that refuse nothing. Prints one JSON object: pairs, seconds.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "llm/admission.h"
#include "pg/pool.h"

namespace {

using namespace geniai;

long MakePairs(pg::Pool& pool, const base::Stopwatch& stopwatch, double seconds) {
    llm::CallPlan plan;
    plan.purpose = "bench";
    plan.model = "gpt-4o-mini";
    plan.prompt_version = "v1";
    plan.input_hash = base::DigestOf("the same for all");
    plan.input_tokens = 500;
    plan.output_tokens = 100;
    llm::CallEnd end;
    end.input_tokens = 400;
    end.output_tokens = 80;
    end.took = std::chrono::milliseconds(900);
    const base::TenantId tenant(1);
    long pairs = 0;
    for (; stopwatch.Seconds() < seconds; ++pairs) {
        const llm::Admission admission = llm::Reserve(*pool.Acquire(), tenant, plan);
        if (admission.verdict != llm::Verdict::kGranted) {
            std::fprintf(stderr, "admission_load: not granted: %s\n", admission.reason.c_str());
            std::exit(1);
        }
        llm::Settle(*pool.Acquire(), tenant, admission.call, end);
    }
    return pairs;
}

int Measure(char** arguments) {
    pg::Pool::Settings settings;
    settings.connection.url = base::Secret(arguments[1]);
    settings.connection.application_name = "geniai bench";
    settings.connections_max = std::atoi(arguments[3]);
    pg::Pool pool(settings);
    const int clients = std::atoi(arguments[2]);
    const double seconds = std::atof(arguments[4]);
    std::atomic<long> pairs{0};
    const base::Stopwatch stopwatch;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < clients; ++i) {
            threads.emplace_back([&] { pairs += MakePairs(pool, stopwatch, seconds); });
        }
    }
    std::printf("{\"pairs\": %ld, \"seconds\": %.3f}\n", pairs.load(), stopwatch.Seconds());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::fputs("usage: admission_load WAREHOUSE_URL CLIENTS CONNECTIONS SECONDS\n", stderr);
        return 2;
    }
    try {
        return Measure(argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "admission_load: %s\n", error.what());
        return 1;
    }
}
