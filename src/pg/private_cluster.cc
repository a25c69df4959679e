#include "pg/private_cluster.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include "base/error.h"

namespace geniai::pg {

namespace fs = std::filesystem;

namespace {

constexpr int kMajorVersionMin = 15;
constexpr std::size_t kSocketPathMax = 107;  // sockaddr_un, without the final NUL
constexpr std::chrono::seconds kStartWithin{30};
constexpr std::chrono::seconds kPredecessorEndsWithin{10};
constexpr std::chrono::milliseconds kPollEvery{5};

[[noreturn]] void ThrowFailed(const std::string& message) {
    throw base::Error(base::ErrorCode::kFailed, message);
}

struct Account {
    uid_t uid;
    gid_t gid;
    std::string name;
};

// The user the server runs as: ourselves, or `postgres` when we are root, which PostgreSQL refuses.
Account ServerAccount() {
    const passwd* entry = geteuid() == 0 ? getpwnam("postgres") : getpwuid(geteuid());
    if (entry == nullptr) {
        ThrowFailed(geteuid() == 0 ? "there is no system user postgres; install postgresql-15"
                                   : "this user has no entry in the password database");
    }
    return {entry->pw_uid, entry->pw_gid, entry->pw_name};
}

std::string NameOfOurUser() {
    const passwd* entry = getpwuid(geteuid());
    return entry == nullptr ? "root" : entry->pw_name;
}

int MajorVersion(const fs::path& directory) {
    return std::atoi(directory.filename().c_str());
}

// Debian keeps each major version's programs apart; the newest that we support wins.
fs::path ProgramDirectory() {
    fs::path best;
    std::error_code missing;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", missing)) {
        const int version = MajorVersion(entry.path());
        if (version < kMajorVersionMin || !fs::exists(entry.path() / "bin" / "initdb")) continue;
        if (best.empty() || version > MajorVersion(best)) best = entry.path();
    }
    if (best.empty()) {
        ThrowFailed("PostgreSQL 15 or newer is not installed; install the package postgresql-15");
    }
    return best;
}

std::string FirstLine(const fs::path& file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line;
}

void WriteFile(const fs::path& file, const std::string& text) {
    std::ofstream stream(file, std::ios::trunc);
    stream << text;
    if (!stream.flush()) ThrowFailed("cannot write " + file.string());
}

std::string LastLine(const fs::path& file) {
    std::ifstream stream(file);
    std::string line;
    std::string last;
    while (std::getline(stream, line)) {
        if (!line.empty()) last = line;
    }
    return last;
}

// Runs in the child after fork: becomes the server's user and asks to be ended with its parent. Only
// calls that are safe there.
void BecomeServerUser(const Account& account, int log) {
    if (geteuid() == 0) {
        if (setgroups(0, nullptr) != 0 || setresgid(account.gid, account.gid, account.gid) != 0 ||
            setresuid(account.uid, account.uid, account.uid) != 0) {
            _exit(126);
        }
    }
    // After the change of user, which clears it.
    prctl(PR_SET_PDEATHSIG, SIGINT);
    setpgid(0, 0);  // Ctrl-C in the terminal is for us; we stop the server in our own order
    umask(077);
    const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(null, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    signal(SIGPIPE, SIG_DFL);
}

pid_t Spawn(const Account& account, const std::vector<std::string>& command, const fs::path& log) {
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    char language[] = "LC_ALL=C.UTF-8";
    char zone[] = "TZ=UTC";
    char path[] = "PATH=/usr/bin:/bin";
    char* environment[] = {language, zone, path, nullptr};
    const int log_file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_file < 0) ThrowFailed("cannot write " + log.string() + ": " + std::strerror(errno));
    const pid_t pid = fork();
    if (pid == 0) {
        BecomeServerUser(account, log_file);
        execve(arguments[0], arguments.data(), environment);
        _exit(127);
    }
    close(log_file);
    if (pid < 0) ThrowFailed(std::string("cannot start PostgreSQL: ") + std::strerror(errno));
    return pid;
}

// The process that serves the cluster now, if one does.
std::optional<pid_t> ServingProcess(const fs::path& cluster) {
    const std::string line = FirstLine(cluster / "postmaster.pid");
    const pid_t pid = line.empty() ? 0 : static_cast<pid_t>(std::atol(line.c_str()));
    if (pid <= 0 || (kill(pid, 0) != 0 && errno != EPERM)) return std::nullopt;
    // A stale file may name a process that is somebody else by now.
    const std::string program = FirstLine("/proc/" + std::to_string(pid) + "/comm");
    if (program != "postgres") return std::nullopt;
    return pid;
}

}  // namespace

PrivateCluster::PrivateCluster(Settings settings) : settings_(std::move(settings)) {
    settings_.directory = fs::absolute(settings_.directory).lexically_normal().string();
    RequireUsablePath(settings_.directory);
    Initialise();
    Start();
    try {
        WaitUntilReady();
    } catch (...) {
        Stop();
        throw;
    }
}

void PrivateCluster::RequireUsablePath(const std::string& directory) {
    const std::size_t length = (directory + "/socket/.s.PGSQL.5432").size();
    if (length <= kSocketPathMax) return;
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "the data directory's path is too long for a unix socket (" +
                          std::to_string(length) + " bytes of " + std::to_string(kSocketPathMax) +
                          "); choose a shorter one");
}

PrivateCluster::~PrivateCluster() {
    Stop();
}

std::string PrivateCluster::SocketDirectory() const {
    return settings_.directory + "/socket";
}

base::Secret PrivateCluster::Url(const std::string& login, const std::string& database) const {
    return base::Secret("host='" + SocketDirectory() + "' user='" + login + "' dbname='" +
                        database + "'");
}

void PrivateCluster::Initialise() {
    const Account account = ServerAccount();
    const fs::path directory = settings_.directory;
    const fs::path cluster = directory / "pgdata";
    const fs::path programs = ProgramDirectory();
    if (fs::exists(cluster / "PG_VERSION")) {
        const std::string version = FirstLine(cluster / "PG_VERSION");
        if (version != programs.filename()) {
            throw base::Error(base::ErrorCode::kConflict,
                              directory.string() + " was made by PostgreSQL " + version +
                                  " and this machine has " + programs.filename().string() +
                                  "; choose another --data-dir");
        }
    } else {
        for (const fs::path& part : {directory, directory / "socket"}) {
            fs::create_directories(part);
            if (chown(part.c_str(), account.uid, account.gid) != 0 ||
                chmod(part.c_str(), 0700) != 0) {
                ThrowFailed("cannot take over " + part.string() + ": " + std::strerror(errno));
            }
        }
        // A first start that died in the middle leaves half a cluster, which initdb refuses.
        fs::remove_all(cluster);
        const pid_t initdb = Spawn(
            account,
            {(programs / "bin" / "initdb").string(), "--pgdata=" + cluster.string(),
             std::string("--username=") + kSuperuser, "--encoding=UTF8", "--locale=C.UTF-8",
             "--auth-local=peer", "--auth-host=reject", "--data-checksums", "--no-sync"},
            directory / "initdb.log");
        int status = 0;
        waitpid(initdb, &status, 0);
        if (status != 0) {
            ThrowFailed("PostgreSQL's initdb failed: " + LastLine(directory / "initdb.log") +
                        " (the server's user " + account.name + " must be able to reach " +
                        directory.string() + ")");
        }
    }
    // One line per login: our system user may be each of them, and nobody else is let in.
    std::string map;
    std::vector<std::string> logins = settings_.logins;
    logins.emplace_back(kSuperuser);
    for (const std::string& login : logins) {
        map += "own \"" + NameOfOurUser() + "\" \"" + login + "\"\n";
        if (account.name != NameOfOurUser()) {
            map += "own \"" + account.name + "\" \"" + login + "\"\n";
        }
    }
    WriteFile(cluster / "pg_ident.conf", map);
    WriteFile(cluster / "pg_hba.conf", "local all all peer map=own\n");
}

void PrivateCluster::Start() {
    const fs::path cluster = fs::path(settings_.directory) / "pgdata";
    // A process that was killed took its server with it, but the server needs a moment to end.
    const auto deadline = std::chrono::steady_clock::now() + kPredecessorEndsWithin;
    while (const std::optional<pid_t> other = ServingProcess(cluster)) {
        if (std::chrono::steady_clock::now() > deadline) {
            throw base::Error(base::ErrorCode::kAlreadyRunning,
                              "another process serves " + settings_.directory + " (postgres " +
                                  std::to_string(*other) + ")");
        }
        std::this_thread::sleep_for(kPollEvery);
    }
    std::vector<std::string> command{(ProgramDirectory() / "bin" / "postgres").string(),
                                     "-D",
                                     cluster.string(),
                                     "-k",
                                     SocketDirectory(),
                                     "-c",
                                     "listen_addresses=",
                                     "-c",
                                     "unix_socket_permissions=0700",
                                     "-c",
                                     "shared_buffers=256MB",
                                     "-c",
                                     "max_wal_size=2GB",
                                     "-c",
                                     "timezone=UTC",
                                     "-c",
                                     "log_timezone=UTC"};
    if (settings_.durability == Durability::kFast) {
        for (const char* setting :
             {"fsync=off", "synchronous_commit=off", "full_page_writes=off"}) {
            command.emplace_back("-c");
            command.emplace_back(setting);
        }
    }
    pid_ = Spawn(ServerAccount(), command, fs::path(settings_.directory) / "postgres.log");
}

void PrivateCluster::WaitUntilReady() {
    const base::Secret url = Url(kSuperuser, "postgres");
    const auto deadline = std::chrono::steady_clock::now() + kStartWithin;
    while (PQping(url.Reveal().c_str()) != PQPING_OK) {
        int status = 0;
        const bool ended = waitpid(pid_, &status, WNOHANG) == pid_;
        if (ended) pid_ = -1;
        if (ended || std::chrono::steady_clock::now() > deadline) {
            ThrowFailed("PostgreSQL does not start: " +
                        LastLine(fs::path(settings_.directory) / "postgres.log"));
        }
        std::this_thread::sleep_for(kPollEvery);
    }
}

void PrivateCluster::Stop() {
    if (pid_ <= 0) return;
    kill(pid_, SIGINT);  // "fast": sessions end, everything is written
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
}

}  // namespace geniai::pg
