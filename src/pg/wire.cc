#include "pg/wire.h"

#include <libpq-fe.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "pg/sql_error.h"

namespace geniai::pg {

namespace {

// TLS hands over whole records: the rest of one may wait inside of libpq while the socket is empty.
// So an encrypted socket is not believed for longer than this.
constexpr int kEncryptedLookMs = 20;

// Into how many parts a silence is cut, to see in each whether bytes that were sent have arrived.
constexpr int kLooksPerSilence = 10;

bool IsFailure(const ResultPtr& result) {
    if (result == nullptr) return false;
    const ExecStatusType status = PQresultStatus(result.get());
    return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

bool IsCopyStart(const ResultPtr& result) {
    const ExecStatusType status = PQresultStatus(result.get());
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

std::string InSeconds(std::chrono::milliseconds time) {
    const auto ms = time.count();
    return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

}  // namespace

// How long nothing has moved.
class Wire::Silence {
public:
    void Break() { since_ = base::Stopwatch(); }

    // A slow network takes a while to carry what the system has taken from us in no time: that is
    // no silence, as long as the other side acknowledges more and more of it.
    void LookAtSent(int socket) {
        int unacknowledged = 0;
        ioctl(socket, SIOCOUTQ, &unacknowledged);
        if (unacknowledged < unacknowledged_) Break();
        unacknowledged_ = unacknowledged;
    }

    std::chrono::milliseconds lasted() const {
        return std::chrono::milliseconds(static_cast<std::int64_t>(since_.Seconds() * 1000));
    }

private:
    base::Stopwatch since_;
    int unacknowledged_ = 0;
};

void FinishConnection::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

void ClearResult::operator()(pg_result* result) const {
    PQclear(result);
}

Wire::Wire(ConnectionPtr connected, std::chrono::milliseconds silence_max)
    : connection_(std::move(connected)),
      silence_max_(silence_max),
      encrypted_(PQsslInUse(handle()) != 0 || PQgssEncInUse(handle()) != 0) {
    // libpq itself waits nowhere, then: not even while it closes the session.
    PQsetnonblocking(handle(), 1);
}

ResultPtr Wire::Execute(const char* statements) {
    if (PQtransactionStatus(handle()) == PQTRANS_ACTIVE) Discard();
    if (cut_ || PQsendQuery(handle(), statements) != 1) return nullptr;
    Flush();
    return LastResult();
}

ResultPtr Wire::Execute(const char* statement, std::span<const char* const> values) {
    if (PQtransactionStatus(handle()) == PQTRANS_ACTIVE) Discard();
    if (cut_ || PQsendQueryParams(handle(), statement, static_cast<int>(values.size()), nullptr,
                                  values.data(), nullptr, nullptr, 0) != 1) {
        return nullptr;
    }
    Flush();
    return LastResult();
}

ResultPtr Wire::ExecutePrepared(const char* statement, std::span<const char* const> values) {
    const Statement one{statement, values};
    std::vector<ResultPtr> results = ExecuteTogether({&one, 1});
    return results.empty() ? nullptr : std::move(results.back());
}

std::vector<ResultPtr> Wire::ExecuteTogether(std::span<const Statement> statements) {
    std::vector<ResultPtr> results;
    if (PQtransactionStatus(handle()) == PQTRANS_ACTIVE) Discard();
    if (cut_ || PQenterPipelineMode(handle()) != 1) return results;
    for (const Statement& statement : statements) SendPrepared(statement);
    if (PQpipelineSync(handle()) != 1) Cut();  // or we would wait for its answer for ever
    Flush();
    bool failed = false;
    while (!lost()) {
        ResultPtr result = NextResult();
        if (result == nullptr) continue;  // ends the results of one statement
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_PIPELINE_SYNC) break;
        // Behind an error the server skips the rest. What was only prepared has no column and no tag.
        const bool is_preparation = status == PGRES_COMMAND_OK && *PQcmdStatus(result.get()) == '\0';
        if (!failed && !is_preparation) results.push_back(std::move(result));
        failed = failed || status == PGRES_FATAL_ERROR;
    }
    if (failed) prepared_.clear();
    PQexitPipelineMode(handle());
    return results;
}

Wire::Prepared Wire::NameOf(const char* statement) {
    const auto known = prepared_.find(std::string_view(statement));
    if (known != prepared_.end()) return {known->second, false};
    return {prepared_.emplace(statement, "s" + std::to_string(++names_)).first->second, true};
}

void Wire::SendPrepared(const Statement& statement) {
    const auto [name, is_new] = NameOf(statement.sql);
    if (is_new) PQsendPrepare(handle(), name.c_str(), statement.sql, 0, nullptr);
    PQsendQueryPrepared(handle(), name.c_str(), static_cast<int>(statement.values.size()),
                        statement.values.data(), nullptr, nullptr, 0);
}

ResultPtr Wire::LastResult() {
    ResultPtr last;
    while (ResultPtr next = NextResult()) {
        // Behind an error comes at most that the connection is gone, which says less.
        if (!IsFailure(last)) last = std::move(next);
        if (IsCopyStart(last)) return last;
    }
    return lost() && !IsFailure(last) ? nullptr : std::move(last);
}

int Wire::ReadCopyRow(char** row) {
    if (cut_) return -2;
    int length = PQgetCopyData(handle(), row, 1);
    if (length != 0) return length;
    Silence silence;
    while (length == 0) {
        if (!LetBytesFlow(POLLIN, silence)) return -2;
        length = PQgetCopyData(handle(), row, 1);
    }
    return length;
}

bool Wire::SendCopyRows(std::string_view rows) {
    if (cut_) return false;
    if (PQputCopyData(handle(), rows.data(), static_cast<int>(rows.size())) != 1) return false;
    return Flush();
}

bool Wire::EndCopy(const char* reason) {
    if (cut_) return false;
    if (PQputCopyEnd(handle(), reason) == 1) return Flush();
    trouble_ = PQerrorMessage(handle());
    Cut();
    return false;
}

void Wire::Discard() {
    while (const ResultPtr rest = NextResult()) {
        if (PQresultStatus(rest.get()) == PGRES_COPY_IN) EndCopy("not completed");
        if (PQresultStatus(rest.get()) == PGRES_COPY_OUT) {
            char* row = nullptr;
            while (ReadCopyRow(&row) > 0) PQfreemem(row);
        }
    }
}

void Wire::Cut() {
    cut_ = true;
    // Whatever libpq still tries on the socket, such as its farewell, fails at once.
    if (PQsocket(handle()) >= 0) shutdown(PQsocket(handle()), SHUT_RDWR);
}

bool Wire::lost() const {
    return cut_ || PQstatus(handle()) != CONNECTION_OK;
}

std::string Wire::Trouble() const {
    return detail::OneLine(trouble_.empty() ? PQerrorMessage(handle()) : trouble_.c_str());
}

ResultPtr Wire::NextResult() {
    Silence silence;
    while (!cut_ && PQisBusy(handle()) != 0) {
        if (!LetBytesFlow(POLLIN, silence)) break;
    }
    // Of a session that the server has ended, its last words may have come.
    return cut_ ? nullptr : ResultPtr(PQgetResult(handle()));
}

// Sends all that libpq holds back.
bool Wire::Flush() {
    Silence silence;
    int unsent = PQflush(handle());
    while (unsent > 0) {
        // Reads as well: a server that has much to say takes nothing before it has said it.
        if (!LetBytesFlow(POLLIN | POLLOUT, silence)) return false;
        unsent = PQflush(handle());
    }
    return unsent == 0 && !lost();
}

// Waits until the socket is ready, or a while, and takes what has come. False: the wire is lost.
bool Wire::LetBytesFlow(short events, Silence& silence) {
    pollfd socket{PQsocket(handle()), events, 0};
    if (socket.fd < 0) return false;
    if (poll(&socket, 1, PollTimeout(silence)) > 0) {
        silence.Break();
    } else if (silence_max_.count() > 0) {
        silence.LookAtSent(socket.fd);
        if (silence.lasted() >= silence_max_) {
            trouble_ = "no answer for " + InSeconds(silence_max_) + "; the connection is given up";
            Cut();
            return false;
        }
    }
    if (PQconsumeInput(handle()) == 1) return true;
    trouble_ = PQerrorMessage(handle());
    // Where libpq still believes in the socket, it would wait for it.
    if (!lost()) Cut();
    return false;
}

int Wire::PollTimeout(const Silence& silence) const {
    const auto silence_ms = silence_max_.count();
    if (silence_ms == 0) return encrypted_ ? kEncryptedLookMs : -1;
    const auto left_ms = silence_ms - silence.lasted().count();
    const auto wait_ms = std::clamp<std::int64_t>(left_ms, 1, silence_ms / kLooksPerSilence + 1);
    return static_cast<int>(encrypted_ ? std::min<std::int64_t>(wait_ms, kEncryptedLookMs)
                                       : wait_ms);
}

}  // namespace geniai::pg
