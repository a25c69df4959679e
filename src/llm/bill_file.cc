#include "llm/bill_file.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <optional>

#include "base/error.h"

namespace geniai::llm {

namespace {

enum BillColumn : std::size_t { kDay, kModel, kInput, kCached, kOutput, kUsd, kColumns };
constexpr std::array<std::string_view, kColumns> kColumnNames{
    "day", "model", "input_tokens", "cached_input_tokens", "output_tokens", "usd"};
constexpr std::int64_t kTokensMax = 1'000'000'000'000'000;
constexpr double kUsdMax = 1e12;

// The fields of a line in the order of the columns.
using BillFields = std::array<std::string, kColumns>;

// Where in which file: what an error begins with.
struct BillPlace {
    const std::string& file;
    std::size_t line = 1;

    [[noreturn]] void Throw(const std::string& problem) const {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          file + " line " + std::to_string(line) + ": " + problem);
    }
};

template <class Number>
std::optional<Number> WholeFieldAs(const std::string& text) {
    Number value{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

bool IsDay(const std::string& text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    const auto year = WholeFieldAs<int>(text.substr(0, 4));
    const auto month = WholeFieldAs<unsigned>(text.substr(5, 2));
    const auto day = WholeFieldAs<unsigned>(text.substr(8, 2));
    return year && month && day &&
           (std::chrono::year(*year) / std::chrono::month(*month) / std::chrono::day(*day)).ok();
}

std::int64_t BilledTokens(const BillPlace& place, const BillFields& fields, BillColumn column) {
    const auto tokens = WholeFieldAs<std::int64_t>(fields[column]);
    if (tokens && *tokens >= 0 && *tokens <= kTokensMax) return *tokens;
    place.Throw(std::string(kColumnNames[column]) + " must be a whole number, not '" +
                fields[column] + "'");
}

DayUsage BilledUsage(const BillPlace& place, const BillFields& fields) {
    if (!IsDay(fields[kDay])) {
        place.Throw("day must be a date such as 2026-03-01, not '" + fields[kDay] + "'");
    }
    if (fields[kModel].empty()) place.Throw("model is empty");
    const auto usd = WholeFieldAs<double>(fields[kUsd]);
    if (!usd || !(*usd >= 0 && *usd <= kUsdMax)) {
        place.Throw("usd must be an amount such as 12.50, not '" + fields[kUsd] + "'");
    }
    const DayUsage usage{fields[kDay],
                         fields[kModel],
                         BilledTokens(place, fields, kInput),
                         BilledTokens(place, fields, kCached),
                         BilledTokens(place, fields, kOutput),
                         *usd};
    if (usage.cached_input_tokens > usage.input_tokens) {
        place.Throw("cached_input_tokens are part of input_tokens and cannot be more");
    }
    return usage;
}

// The fields of a line, those in quotes without them.
std::vector<std::string> SplitCsv(const BillPlace& place, std::string_view line) {
    std::vector<std::string> fields(1);
    bool is_quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool is_quote = line[i] == '"';
        if (is_quote && is_quoted && i + 1 < line.size() && line[i + 1] == '"') {
            fields.back() += line[++i];
        } else if (is_quote) {
            is_quoted = !is_quoted;
        } else if (line[i] == ',' && !is_quoted) {
            fields.emplace_back();
        } else {
            fields.back() += line[i];
        }
    }
    if (is_quoted) place.Throw("a quote is not closed");
    return fields;
}

// Where each of our columns stands.
std::array<std::size_t, kColumns> FindColumns(const BillPlace& place,
                                              const std::vector<std::string>& header) {
    std::array<std::size_t, kColumns> places{};
    for (std::size_t column = 0; column < kColumns; ++column) {
        const auto found = std::ranges::find(header, kColumnNames[column]);
        if (found == header.end()) {
            place.Throw(
                "the first line has to name the columns day, model, input_tokens, "
                "cached_input_tokens, output_tokens and usd; there is no '" +
                std::string(kColumnNames[column]) + "'");
        }
        places[column] = static_cast<std::size_t>(found - header.begin());
    }
    return places;
}

std::vector<DayUsage> ParseCsvBill(std::string_view text, const std::string& file) {
    std::vector<DayUsage> bill;
    std::vector<std::string> header;
    std::array<std::size_t, kColumns> places{};
    BillPlace place{file, 0};
    while (!text.empty()) {
        ++place.line;
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) continue;
        const std::vector<std::string> found = SplitCsv(place, line);
        if (header.empty()) {
            header = found;
            places = FindColumns(place, header);
            continue;
        }
        if (found.size() != header.size()) {
            place.Throw("there are " + std::to_string(found.size()) +
                        " fields where the first line "
                        "names " +
                        std::to_string(header.size()));
        }
        BillFields fields;
        for (std::size_t column = 0; column < kColumns; ++column)
            fields[column] = found[places[column]];
        bill.push_back(BilledUsage(place, fields));
    }
    return bill;
}

// The lines on which the objects of a list begin: a parsed value does not know.
std::vector<std::size_t> LinesOfObjects(std::string_view text) {
    std::vector<std::size_t> lines;
    std::size_t line = 1;
    int depth = 0;
    bool is_text = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n') ++line;
        if (is_text && c == '\\')
            ++i;
        else if (c == '"')
            is_text = !is_text;
        if (is_text) continue;
        if (c == '{' && depth == 1) lines.push_back(line);
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
    }
    return lines;
}

boost::json::value ParseJsonText(std::string_view text, const std::string& file) {
    boost::json::stream_parser parser;
    boost::system::error_code error;
    const std::size_t read = parser.write(text.data(), text.size(), error);
    if (!error) parser.finish(error);
    if (!error) return parser.release();
    const auto breaks = std::ranges::count(text.substr(0, std::min(read, text.size())), '\n');
    BillPlace{file, static_cast<std::size_t>(breaks) + 1}.Throw("this is no JSON");
}

std::vector<DayUsage> ParseJsonBill(std::string_view text, const std::string& file) {
    const boost::json::value root = ParseJsonText(text, file);
    const std::vector<std::size_t> lines = LinesOfObjects(text);
    std::vector<DayUsage> bill;
    BillPlace place{file, 1};
    if (!root.is_array()) place.Throw("the file has to be a list of objects");
    for (const boost::json::value& entry : root.get_array()) {
        place.line = bill.size() < lines.size() ? lines[bill.size()] : place.line;
        if (!entry.is_object()) place.Throw("the list must have nothing but objects");
        BillFields fields;
        for (std::size_t column = 0; column < kColumns; ++column) {
            const auto* value = entry.get_object().if_contains(kColumnNames[column]);
            if (value == nullptr) {
                place.Throw("there is no '" + std::string(kColumnNames[column]) + "'");
            }
            fields[column] = value->is_string() ? std::string(value->get_string())
                                                : boost::json::serialize(*value);
        }
        bill.push_back(BilledUsage(place, fields));
    }
    return bill;
}

}  // namespace

std::vector<DayUsage> ParseBill(std::string_view text, const std::string& file) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    const bool is_json = begin != text.npos && (text[begin] == '[' || text[begin] == '{');
    std::vector<DayUsage> bill = is_json ? ParseJsonBill(text, file) : ParseCsvBill(text, file);
    if (bill.empty()) BillPlace{file, 1}.Throw("the bill has no lines");
    return bill;
}

}  // namespace geniai::llm
