#include "pg/result.h"

#include <libpq-fe.h>

#include <charconv>
#include <cstdlib>

#include "base/error.h"

namespace geniai::pg {

namespace {

[[noreturn]] void ThrowMismatch(const std::string& message) {
    throw base::Error(base::ErrorCode::kFailed, "internal: " + message);
}

}  // namespace

Field::Field(const pg_result* result, int row, int column)
    : result_(result), row_(row), column_(column) {}

bool Field::is_null() const {
    return PQgetisnull(result_, row_, column_) != 0;
}

std::string_view Field::text() const {
    return {PQgetvalue(result_, row_, column_),
            static_cast<std::size_t>(PQgetlength(result_, row_, column_))};
}

std::string Field::String() const {
    if (is_null()) ThrowMismatch(std::string("NULL in column ") + PQfname(result_, column_));
    return std::string(text());
}

std::int64_t Field::Int64() const {
    const std::string_view digits = text();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value);
    if (error != std::errc() || end != digits.end()) {
        ThrowMismatch(std::string("no integer in column ") + PQfname(result_, column_));
    }
    return value;
}

double Field::Double() const {
    const std::string_view digits = text();
    double value = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value);
    if (error != std::errc() || end != digits.end()) {
        ThrowMismatch(std::string("no number in column ") + PQfname(result_, column_));
    }
    return value;
}

bool Field::Bool() const {
    const std::string_view value = text();
    if (value != "t" && value != "f") {
        ThrowMismatch(std::string("no boolean in column ") + PQfname(result_, column_));
    }
    return value == "t";
}

std::optional<std::string> Field::OptionalString() const {
    if (is_null()) return std::nullopt;
    return String();
}

std::optional<std::int64_t> Field::OptionalInt64() const {
    if (is_null()) return std::nullopt;
    return Int64();
}

std::optional<double> Field::OptionalDouble() const {
    if (is_null()) return std::nullopt;
    return Double();
}

Field Row::operator[](const char* column) const {
    const int index = PQfnumber(result_.get(), column);
    if (index < 0) ThrowMismatch(std::string("no column ") + column);
    return {result_.get(), row_, index};
}

Result::Result(pg_result* owned, std::string_view query_name)
    : result_(owned, PQclear), query_name_(query_name) {}

int Result::size() const {
    return PQntuples(result_.get());
}

Row Result::operator[](int row) const {
    return {result_, row};
}

Row Result::One() const {
    if (size() != 1) {
        ThrowMismatch("query " + query_name_ + " gave " + std::to_string(size()) + " rows, not 1");
    }
    return (*this)[0];
}

std::optional<Row> Result::MaybeOne() const {
    if (empty()) return std::nullopt;
    return One();
}

std::int64_t Result::affected() const {
    return std::strtoll(PQcmdTuples(const_cast<pg_result*>(result_.get())), nullptr, 10);
}

}  // namespace geniai::pg
