#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

struct pg_result;

namespace geniai::pg {

// One value of a result. The getters without `Optional` throw base::Error(kFailed) on NULL or on text
// that is not of the asked type: the statement and the code disagree.
class Field {
public:
    Field(const pg_result* result, int row, int column);

    bool is_null() const;
    std::string_view text() const;  // empty for NULL; lives as long as the result
    std::string String() const;
    std::int64_t Int64() const;
    int Int() const { return static_cast<int>(Int64()); }
    double Double() const;
    bool Bool() const;
    std::optional<std::string> OptionalString() const;
    std::optional<std::int64_t> OptionalInt64() const;
    std::optional<double> OptionalDouble() const;

private:
    const pg_result* result_;
    int row_;
    int column_;
};

// One row. It keeps the result alive, so that `Execute(…).One()` may be stored; the fields and views
// that it hands out live as long as the row.
class Row {
public:
    Row(std::shared_ptr<const pg_result> result, int row) : result_(std::move(result)), row_(row) {}
    // The column of this name; an unknown name throws base::Error(kFailed).
    Field operator[](const char* column) const;

private:
    std::shared_ptr<const pg_result> result_;  // owned by the Result and by each of its rows
    int row_;
};

// The rows of a statement, all in memory: for reports and look-ups. Streams go through COPY.
class Result {
public:
    Result(pg_result* owned, std::string_view query_name);

    int size() const;
    bool empty() const { return size() == 0; }
    Row operator[](int row) const;
    // The only row; throws base::Error(kFailed) when there is another number of rows.
    Row One() const;
    // The only row, or nothing.
    std::optional<Row> MaybeOne() const;
    // Rows that an INSERT, UPDATE or DELETE without RETURNING touched.
    std::int64_t affected() const;

    class Iterator {
    public:
        Iterator(const Result& result, int row) : result_(&result), row_(row) {}
        Row operator*() const { return (*result_)[row_]; }
        Iterator& operator++() {
            ++row_;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return row_ != other.row_; }

    private:
        const Result* result_;
        int row_;
    };
    Iterator begin() const { return {*this, 0}; }
    Iterator end() const { return {*this, size()}; }

private:
    std::shared_ptr<const pg_result> result_;
    std::string query_name_;
};

}  // namespace geniai::pg
