#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/secret.h"
#include "base/temporary_file.h"
#include "http/client.h"

// The batch interface that OpenAI made: {base}/files and {base}/batches.
namespace geniai::llm {

// A batch as the provider tells of it.
struct ProviderBatch {
    std::string id;
    std::string state;        // validating, in_progress, finalizing, completed, failed, expired,
                              // cancelling, cancelled
    std::string output_file;  // empty: none
    std::string error_file;
    std::string problem_code;  // of a batch that failed
    std::string problem;

    bool HasEnded() const;
};

// One call, one answer; no state of its own. All throw base::Error: kOverloaded for what may pass
// (no answer, too many, a wrong key, the provider's trouble), and after which nobody knows whether
// it was done; kFailed for what was refused, with its cause in detail(): "http_400".
class BatchClient {
public:
    struct Settings {
        std::string base_url;  // "https://api.openai.com/v1"
        base::Secret api_key;
        std::chrono::milliseconds timeout{30'000};
        std::chrono::milliseconds transfer_timeout{600'000};  // of a file
    };

    explicit BatchClient(Settings settings) : settings_(std::move(settings)) {}

    // Returns the provider's id of the file.
    std::string Upload(const std::string& name, const base::TemporaryFile& file) const;
    // The file of that name, if there is one.
    std::optional<std::string> FindFile(const std::string& name) const;
    void Download(const std::string& file, base::TemporaryFile& into) const;
    // Nothing when it is gone already.
    void DeleteFile(const std::string& file) const;

    ProviderBatch Create(const std::string& file, const std::string& token) const;
    // The batch that was made with this token, if there is one.
    std::optional<ProviderBatch> Find(const std::string& token) const;
    // Nothing: the provider does not know it.
    std::optional<ProviderBatch> Get(const std::string& batch) const;
    // A batch that has ended meanwhile stays as it is.
    void Cancel(const std::string& batch) const;

private:
    http::ClientRequest RequestTo(const std::string& method, const std::string& path) const;

    const Settings settings_;
};

}  // namespace geniai::llm
