#include "pg/copy.h"

#include <libpq-fe.h>

#include <algorithm>

#include "base/error.h"
#include "pg/sql_error.h"

namespace geniai::pg {

namespace {

// One PQputCopyData per row costs more than the copy. What is much bigger does not fit into the
// socket's buffer, and libpq moves the rest about in memory.
constexpr std::size_t kFlushBytes = std::size_t{32} * 1024;

void StartCopy(Connection& connection, const Query& statement, ExecStatusType expected) {
    const ResultPtr result = connection.wire().Execute(statement.sql.c_str());
    if (PQresultStatus(result.get()) != expected) {
        detail::ThrowResultError(connection.wire(), result.get(), std::string(statement.name));
    }
}

// Reads the results that end a COPY; returns its number of rows, or throws the first failure.
std::int64_t FinishCopy(Connection& connection, const std::string& name) {
    ResultPtr result = connection.wire().LastResult();
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
        detail::ThrowResultError(connection.wire(), result.get(), name);
    }
    return Result(result.release(), name).affected();
}

// How long a COPY that is dropped waits for its end to be heard of.
std::chrono::milliseconds CancelWaitMax(const Wire& wire) {
    if (wire.silence_max().count() == 0) return Interrupter::kWaitMax;
    return std::min(wire.silence_max(), Interrupter::kWaitMax);
}

char Unescaped(char escaped) {
    switch (escaped) {
        case 'b': return '\b';
        case 'f': return '\f';
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        case 'v': return '\v';
        default: return escaped;
    }
}

// The server writes only the escapes above and never \NNN or \xNN.
void UnescapeField(std::string_view field, std::string& out) {
    out.clear();
    std::size_t at = 0;
    while (at < field.size()) {
        const std::size_t backslash = std::min(field.find('\\', at), field.size());
        out.append(field.substr(at, backslash - at));
        if (backslash + 1 < field.size()) out += Unescaped(field[backslash + 1]);
        at = backslash + 2;
    }
}

const char* EscapeOf(char c) {
    switch (c) {
        case '\\': return "\\\\";
        case '\n': return "\\n";
        case '\r': return "\\r";
        case '\t': return "\\t";
        default: return nullptr;
    }
}

// Position of the next character that needs an escape, or text.size(). Transcripts are long, so
// this is the hot loop of the writer.
std::size_t NextSpecial(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const char c = text[at];
        if (c == '\\' || (c <= '\r' && (c == '\n' || c == '\r' || c == '\t'))) break;
        ++at;
    }
    return at;
}

}  // namespace

CopyOut::CopyOut(Transaction& transaction, const Query& copy_statement)
    : connection_(transaction.connection()), name_(copy_statement.name) {
    StartCopy(connection_, copy_statement, PGRES_COPY_OUT);
}

CopyOut::~CopyOut() {
    PQfreemem(buffer_);
    Wire& wire = connection_.wire();
    if (done_ || wire.lost()) return;
    // Without this the server would send the rest of a long result to nobody. A request that is
    // still on its way must not meet a later statement, so the session ends with it.
    if (!connection_.interrupter().Cancel(CancelWaitMax(wire))) wire.Cut();
    wire.Discard();
}

std::optional<std::string_view> CopyOut::NextRow() {
    PQfreemem(buffer_);
    buffer_ = nullptr;
    const int length = connection_.wire().ReadCopyRow(&buffer_);
    if (length > 0) return std::string_view(buffer_, static_cast<std::size_t>(length) - 1);
    done_ = true;
    FinishCopy(connection_, name_);
    return std::nullopt;
}

CopyIn::CopyIn(Transaction& transaction, const Query& copy_statement)
    : connection_(transaction.connection()), name_(copy_statement.name) {
    StartCopy(connection_, copy_statement, PGRES_COPY_IN);
    open_ = true;
}

CopyIn::~CopyIn() {
    if (!open_) return;
    connection_.wire().EndCopy("not completed");
    connection_.wire().Discard();
}

void CopyIn::Write(std::string_view rows) {
    pending_.append(rows);
    if (pending_.size() >= kFlushBytes) Flush();
}

void CopyIn::Flush() {
    if (pending_.empty()) return;
    if (!connection_.wire().SendCopyRows(pending_)) Fail();
    pending_.clear();
}

// What the server said before it went is behind the end of the COPY.
void CopyIn::Fail() {
    open_ = false;
    Wire& wire = connection_.wire();
    wire.EndCopy("not completed");
    const ResultPtr last_words = wire.LastResult();
    detail::ThrowResultError(wire, last_words.get(), name_);
}

std::int64_t CopyIn::Complete() {
    Flush();
    open_ = false;
    connection_.wire().EndCopy(nullptr);
    return FinishCopy(connection_, name_);
}

void CopyFields::Parse(std::string_view row, std::size_t expected) {
    fields_.clear();
    // Views into these strings are handed out, so the strings must not move while fields are added.
    unescaped_.resize(expected);
    std::size_t at = 0;
    while (fields_.size() < expected) {
        const std::size_t end = std::min(row.find('\t', at), row.size());
        const std::string_view field = row.substr(at, end - at);
        if (field == "\\N") {
            fields_.emplace_back(std::nullopt);
        } else if (field.find('\\') == std::string_view::npos) {
            fields_.emplace_back(field);
        } else {
            std::string& text = unescaped_[fields_.size()];
            UnescapeField(field, text);
            fields_.emplace_back(text);
        }
        at = end + 1;
        if (end == row.size()) break;
    }
    if (fields_.size() != expected || at <= row.size()) {
        throw base::Error(base::ErrorCode::kFailed, "a row of COPY has another number of columns "
                                                    "than was asked for");
    }
}

void CopyRow::Separate() {
    if (state_ == State::kFinished) row_.clear();
    if (state_ == State::kFields) row_ += '\t';
    state_ = State::kFields;
}

CopyRow& CopyRow::Add(std::string_view text) {
    Separate();
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t special = NextSpecial(text, at);
        row_.append(text.substr(at, special - at));
        if (special < text.size()) row_.append(EscapeOf(text[special]));
        at = special + 1;
    }
    return *this;
}

CopyRow& CopyRow::Add(const std::optional<std::string_view>& text) {
    return text ? Add(*text) : AddNull();
}

CopyRow& CopyRow::Add(std::int64_t value) {
    return Add(std::string_view(std::to_string(value)));
}

CopyRow& CopyRow::AddNull() {
    Separate();
    row_.append("\\N");
    return *this;
}

CopyRow& CopyRow::AddFields(const CopyRow& other) {
    Separate();
    row_.append(other.row_);
    return *this;
}

std::string_view CopyRow::Finish() {
    if (state_ == State::kFinished) row_.clear();
    row_ += '\n';
    state_ = State::kFinished;
    return row_;
}

}  // namespace geniai::pg
