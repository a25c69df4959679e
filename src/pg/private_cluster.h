#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/secret.h"

namespace geniai::pg {

// A PostgreSQL server of our own on a unix socket: for the demo and for tests. It has no TCP port, is
// reachable only for the user who started it, and shuts down cleanly when that process dies, even by
// SIGKILL. As root the server runs as the system's user `postgres`.
class PrivateCluster {
public:
    enum class Durability {
        kSafe,  // survives a crash of the machine
        kFast,  // for tests that throw the cluster away
    };
    struct Settings {
        std::string directory;            // made if missing; belongs to the server's user afterwards
        std::vector<std::string> logins;  // the database roles that we log in as, without password
        Durability durability = Durability::kSafe;
    };

    static constexpr const char* kSuperuser = "postgres";

    // Makes the cluster if the directory has none, and starts it. Call it from the main thread: the
    // server dies with the thread that forked it. Throws base::Error: kFailed with the reason when
    // PostgreSQL is not installed or does not start, kAlreadyRunning when another process serves the
    // directory, kConflict when the cluster was made by another major version.
    explicit PrivateCluster(Settings settings);
    ~PrivateCluster();
    PrivateCluster(const PrivateCluster&) = delete;
    PrivateCluster& operator=(const PrivateCluster&) = delete;

    // Throws base::Error(kInvalidInput) when a unix socket could not live in the directory.
    static void RequireUsablePath(const std::string& directory);

    base::Secret Url(const std::string& login, const std::string& database) const;
    pid_t pid() const { return pid_; }

    // Ends all sessions and waits until the server has written everything. Idempotent.
    void Stop();

private:
    std::string SocketDirectory() const;
    void Initialise();
    void Start();
    void WaitUntilReady();

    Settings settings_;
    pid_t pid_ = -1;
};

}  // namespace geniai::pg
