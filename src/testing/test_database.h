#pragma once

#include <optional>
#include <string>

#include "pg/connection.h"
#include "pg/private_cluster.h"

namespace geniai::testing {

// The private cluster of a test binary, started on first use and thrown away at the end.
pg::PrivateCluster& TestCluster();

// A database of its own for one test, empty, dropped afterwards. The log-in `owner` owns it and may
// make roles; `app` and `reader` are log-ins without any right.
class TestDatabase {
public:
    static constexpr const char* kOwner = "test_owner";
    static constexpr const char* kApp = "test_app";
    static constexpr const char* kReader = "test_reader";

    TestDatabase();
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    pg::ConnectionSettings Settings(const std::string& login = kOwner) const;
    pg::Connection Connect(const std::string& login = kOwner) const;
    const std::string& name() const { return name_; }

private:
    std::string name_;
};

// A TestDatabase with all migrations applied, and `app` prepared as the run-time log-in.
class TestWarehouse : public TestDatabase {
public:
    TestWarehouse();
};

}  // namespace geniai::testing
