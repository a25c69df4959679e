#include "testing/child_process.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "base/test_point.h"

namespace geniai::testing {

namespace {

// The hook is a plain function, so what it calls has to be found from anywhere. Test points are passed
// in the threads that a run makes, too.
struct Listening {
    std::mutex mutex;  // of the listener, and one call at a time
    std::function<void(std::string_view)> listener;
};

Listening& PresentListening() {
    static Listening listening;
    return listening;
}

void TellListener(std::string_view name) {
    Listening& listening = PresentListening();
    const std::lock_guard lock(listening.mutex);
    if (listening.listener) listening.listener(name);
}

void Listen(std::function<void(std::string_view)> listener) {
    Listening& listening = PresentListening();
    const std::lock_guard lock(listening.mutex);
    listening.listener = std::move(listener);
    base::on_test_point = listening.listener ? TellListener : nullptr;
}

void WriteAll(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

[[noreturn]] void DoInChild(const std::function<std::string()>& work, int answer_pipe) {
    int exit_code = 0;
    std::string answer;
    try {
        answer = work();
    } catch (const std::exception& error) {
        answer = error.what();
        exit_code = 1;
    }
    WriteAll(answer_pipe, answer);
    _exit(exit_code);
}

}  // namespace

std::string ChildProcess::End::ToString() const {
    if (signal != 0) return "ended by signal " + std::to_string(signal);
    return "ended with " + std::to_string(exit_code) + ": " + answer;
}

ChildProcess::ChildProcess(const std::function<std::string()>& work) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe to a child process");
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
    if (pid_ == 0) {
        close(ends[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(1);  // it died before we asked to die with it
        DoInChild(work, ends[1]);
    }
    close(ends[1]);
    pipe_ = ends[0];
}

ChildProcess::~ChildProcess() {
    if (pid_ > 0) {
        Kill();
        waitpid(pid_, nullptr, 0);
    }
    close(pipe_);
}

void ChildProcess::Kill() {
    if (pid_ > 0) kill(pid_, SIGKILL);
}

std::string ChildProcess::ReadAnswer(std::chrono::seconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    std::string answer;
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd readable{pipe_, POLLIN, 0};
        const int ready = left.count() > 0 ? poll(&readable, 1, static_cast<int>(left.count())) : 0;
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) throw std::runtime_error("a child process does not end");
        const ssize_t size = read(pipe_, buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return answer;
        answer.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

ChildProcess::End ChildProcess::Wait(std::chrono::seconds limit) {
    End end;
    end.answer = ReadAnswer(limit);
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
    if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
    return end;
}

void DieAt(std::string name, int occurrence) {
    Listen([name = std::move(name), left = occurrence](std::string_view point) mutable {
        if (point == name && --left == 0) kill(getpid(), SIGKILL);
    });
}

TestPointListener::TestPointListener(std::function<void(std::string_view)> listener) {
    Listen(std::move(listener));
}

TestPointListener::~TestPointListener() {
    Listen(nullptr);
}

}  // namespace geniai::testing
