#include "llm/batch_client.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <functional>

#include "base/error.h"

namespace geniai::llm {

namespace {

namespace json = boost::json;

constexpr const char* kTokenKey = "geniai_batch";
constexpr const char* kCompletionWindow = "24h";
constexpr int kPagesMax = 200;
constexpr int kNotFound = 404;
constexpr int kConflict = 409;

base::Error MayPass(const std::string& what, const std::string& why) {
    return {base::ErrorCode::kOverloaded, "the provider does not " + what + " now: " + why};
}

// Statuses that say something about the moment, the key or the provider, and not about the request.
bool SaysNothingOfTheRequest(int status) {
    constexpr std::array<int, 5> kStatuses{401, 403, 408, 409, 429};
    return status >= 500 || std::ranges::find(kStatuses, status) != kStatuses.end();
}

http::Response Ask(const http::ClientRequest& request, const std::string& what) {
    try {
        return http::Send(request);
    } catch (const base::Error& error) {
        throw MayPass(what, error.what());
    }
}

void RequireDone(const http::Response& response, const std::string& what) {
    if (response.status >= 200 && response.status < 300) return;
    const std::string cause = "http_" + std::to_string(response.status);
    if (SaysNothingOfTheRequest(response.status)) throw MayPass(what, cause);
    throw base::Error(base::ErrorCode::kFailed, "the provider refuses to " + what + ": " + cause,
                      cause);
}

json::value ReadJson(const http::Response& response, const std::string& what) {
    RequireDone(response, what);
    boost::system::error_code error;
    json::value root = json::parse({response.body.data(), response.body.size()}, error);
    if (error || !root.is_object()) throw MayPass(what, "its answer is no JSON");
    return root;
}

std::string StringIn(const json::value& object, std::string_view key) {
    const json::value* value = object.is_object() ? object.get_object().if_contains(key) : nullptr;
    if (value == nullptr || !value->is_string()) return "";
    return {value->get_string().data(), value->get_string().size()};
}

// The first of what a failed batch is said to lack.
void ReadProblem(const json::value& root, ProviderBatch& batch) {
    const json::value* errors = root.get_object().if_contains("errors");
    if (errors == nullptr || !errors->is_object()) return;
    const json::value* list = errors->get_object().if_contains("data");
    if (list == nullptr || !list->is_array() || list->get_array().empty()) return;
    batch.problem_code = StringIn(list->get_array().front(), "code");
    batch.problem = StringIn(list->get_array().front(), "message");
}

ProviderBatch ReadBatch(const json::value& root, const std::string& what) {
    if (!root.is_object()) throw MayPass(what, "its answer is no batch");
    ProviderBatch batch;
    batch.id = StringIn(root, "id");
    batch.state = StringIn(root, "status");
    batch.output_file = StringIn(root, "output_file_id");
    batch.error_file = StringIn(root, "error_file_id");
    ReadProblem(root, batch);
    if (batch.id.empty() || batch.state.empty()) throw MayPass(what, "its answer is no batch");
    return batch;
}

// Walks a list page by page, the newest first, until `fits` says so. Returns the one that fits, or
// null.
json::value FindInList(const std::function<json::value(const std::string& after)>& page,
                       const std::function<bool(const json::value&)>& fits) {
    std::string after;
    for (int i = 0; i < kPagesMax; ++i) {
        const json::value answer = page(after);
        const json::value* list = answer.get_object().if_contains("data");
        if (list == nullptr || !list->is_array()) return nullptr;
        for (const json::value& each : list->get_array()) {
            if (fits(each)) return each;
        }
        const json::value* more = answer.get_object().if_contains("has_more");
        if (more == nullptr || !more->is_bool() || !more->get_bool() || list->get_array().empty()) {
            return nullptr;
        }
        after = StringIn(list->get_array().back(), "id");
    }
    return nullptr;
}

}  // namespace

bool ProviderBatch::HasEnded() const {
    return state == "completed" || state == "failed" || state == "expired" || state == "cancelled";
}

http::ClientRequest BatchClient::RequestTo(const std::string& method,
                                           const std::string& path) const {
    http::ClientRequest request;
    request.method = method;
    request.url = settings_.base_url + path;
    request.timeout = settings_.timeout;
    request.headers = {{"Authorization", "Bearer " + settings_.api_key.Reveal()}};
    return request;
}

std::string BatchClient::Upload(const std::string& name, const base::TemporaryFile& file) const {
    const std::string what = "take a file";
    http::ClientRequest request = RequestTo("POST", "/files");
    request.timeout = settings_.transfer_timeout;
    request.form = {{"purpose", "batch", "", ""}, {"file", "", file.Path(), name}};
    const std::string id = StringIn(ReadJson(Ask(request, what), what), "id");
    if (id.empty()) throw MayPass(what, "its answer has no id");
    return id;
}

std::optional<std::string> BatchClient::FindFile(const std::string& name) const {
    const std::string what = "list its files";
    const json::value found = FindInList(
        [&](const std::string& after) {
            const std::string from = after.empty() ? "" : "&after=" + after;
            return ReadJson(Ask(RequestTo("GET", "/files?purpose=batch&limit=100" + from), what),
                            what);
        },
        [&](const json::value& file) { return StringIn(file, "filename") == name; });
    if (found.is_null()) return std::nullopt;
    return StringIn(found, "id");
}

void BatchClient::Download(const std::string& file, base::TemporaryFile& into) const {
    const std::string what = "give a file";
    http::ClientRequest request = RequestTo("GET", "/files/" + file + "/content");
    request.timeout = settings_.transfer_timeout;
    request.on_body = [&into](std::string_view piece) { into.Append(piece); };
    RequireDone(Ask(request, what), what);
    into.Flush();
}

void BatchClient::DeleteFile(const std::string& file) const {
    const std::string what = "delete a file";
    const http::Response response = Ask(RequestTo("DELETE", "/files/" + file), what);
    if (response.status != kNotFound) RequireDone(response, what);
}

ProviderBatch BatchClient::Create(const std::string& file, const std::string& token) const {
    const std::string what = "take a batch";
    http::ClientRequest request = RequestTo("POST", "/batches");
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = json::serialize(json::object{{"input_file_id", file},
                                                {"endpoint", "/v1/chat/completions"},
                                                {"completion_window", kCompletionWindow},
                                                {"metadata", {{kTokenKey, token}}}});
    return ReadBatch(ReadJson(Ask(request, what), what), what);
}

std::optional<ProviderBatch> BatchClient::Find(const std::string& token) const {
    const std::string what = "list its batches";
    const json::value found = FindInList(
        [&](const std::string& after) {
            const std::string from = after.empty() ? "" : "&after=" + after;
            return ReadJson(Ask(RequestTo("GET", "/batches?limit=100" + from), what), what);
        },
        [&](const json::value& batch) {
            const json::value* metadata =
                batch.is_object() ? batch.get_object().if_contains("metadata") : nullptr;
            return metadata != nullptr && StringIn(*metadata, kTokenKey) == token;
        });
    if (found.is_null()) return std::nullopt;
    return ReadBatch(found, what);
}

std::optional<ProviderBatch> BatchClient::Get(const std::string& batch) const {
    const std::string what = "tell of a batch";
    const http::Response response = Ask(RequestTo("GET", "/batches/" + batch), what);
    if (response.status == kNotFound) return std::nullopt;
    return ReadBatch(ReadJson(response, what), what);
}

void BatchClient::Cancel(const std::string& batch) const {
    const std::string what = "cancel a batch";
    const http::Response response = Ask(RequestTo("POST", "/batches/" + batch + "/cancel"), what);
    if (response.status != kConflict && response.status != kNotFound) RequireDone(response, what);
}

}  // namespace geniai::llm
