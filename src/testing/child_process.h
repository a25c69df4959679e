#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace geniai::testing {

// A copy of this process that does one piece of work and can be killed at any moment. It leaves without
// running destructors, so that what it shares with us stays ours: above all open connections, which the
// work must not touch. Fork while this process has one thread only. Dies with us.
class ChildProcess {
public:
    struct End {
        int signal = 0;      // what ended it; 0 when it left by itself
        int exit_code = -1;  // 0 when the work returned, 1 when it threw
        std::string answer;  // what the work returned, or the message of what it threw

        bool Succeeded() const { return signal == 0 && exit_code == 0; }
        std::string ToString() const;
    };

    explicit ChildProcess(const std::function<std::string()>& work);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    // SIGKILL. Nothing when it has ended already.
    void Kill();
    // Waits for the end, once. Throws std::runtime_error when it lasts longer than `limit`.
    End Wait(std::chrono::seconds limit = std::chrono::seconds(60));

private:
    std::string ReadAnswer(std::chrono::seconds limit);

    pid_t pid_ = -1;
    int pipe_ = -1;  // where the answer comes from
};

// From now on this process kills itself when it comes to the test point `name` for the
// `occurrence`-th time, counted from 1.
void DieAt(std::string name, int occurrence);

// Calls `listener` at every test point that this process passes, in the thread that passes it, one call
// at a time. One listener at a time; made and ended while no other thread passes test points. A listener
// that throws ends what passed the point.
class TestPointListener {
public:
    explicit TestPointListener(std::function<void(std::string_view name)> listener);
    ~TestPointListener();
    TestPointListener(const TestPointListener&) = delete;
    TestPointListener& operator=(const TestPointListener&) = delete;
};

}  // namespace geniai::testing
