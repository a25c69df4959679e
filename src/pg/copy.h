#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pg/transaction.h"

namespace geniai::pg {

// COPY … TO STDOUT in text form, row by row, in constant memory.
class CopyOut {
public:
    // Starts the COPY. Until NextRow() has returned nothing, the transaction can do nothing else;
    // a CopyOut that is dropped earlier cancels the statement, and with it the transaction, or
    // gives the connection up where the server cannot be told.
    CopyOut(Transaction& transaction, const Query& copy_statement);
    ~CopyOut();
    CopyOut(const CopyOut&) = delete;
    CopyOut& operator=(const CopyOut&) = delete;

    // The next row without its line end; valid until the next call. Nothing after the last row.
    // Throws SqlError when the source fails in the middle.
    std::optional<std::string_view> NextRow();

private:
    Connection& connection_;
    std::string name_;
    char* buffer_ = nullptr;
    bool done_ = false;
};

// COPY … FROM STDIN in text form. Must be completed; dropped without Complete() it cancels the
// COPY.
class CopyIn {
public:
    CopyIn(Transaction& transaction, const Query& copy_statement);
    ~CopyIn();
    CopyIn(const CopyIn&) = delete;
    CopyIn& operator=(const CopyIn&) = delete;

    // Takes one or more whole rows in COPY text form, each with its line end (see CopyRow). Throws
    // SqlError when the connection is lost.
    void Write(std::string_view rows);
    // Sends the rest; returns the number of rows that the server took. Throws SqlError on a bad
    // row.
    std::int64_t Complete();

private:
    void Flush();
    [[noreturn]] void Fail();

    Connection& connection_;
    std::string name_;
    std::string pending_;
    bool open_ = false;
};

// Splits a row of COPY text form into its fields. The views point into the row or into the buffers
// of this object and live until the next Parse().
class CopyFields {
public:
    // Throws base::Error(kFailed) when the row has another number of fields than expected.
    void Parse(std::string_view row, std::size_t expected);

    std::size_t size() const { return fields_.size(); }
    // Nothing for NULL.
    const std::optional<std::string_view>& operator[](std::size_t at) const { return fields_[at]; }

private:
    std::vector<std::optional<std::string_view>> fields_;
    std::vector<std::string> unescaped_;
};

// Builds one row of COPY text form, field by field.
class CopyRow {
public:
    CopyRow& Add(std::string_view text);
    CopyRow& Add(const std::optional<std::string_view>& text);
    CopyRow& Add(std::int64_t value);
    CopyRow& Add(bool value) { return Add(std::string_view(value ? "t" : "f")); }
    CopyRow& AddNull();
    // Appends all fields of another row that is not finished.
    CopyRow& AddFields(const CopyRow& other);

    // Ends the row and returns it with its line end; the next Add() begins a new row.
    std::string_view Finish();
    // The fields so far, as they will be sent: what a row hash is computed over.
    std::string_view fields() const { return row_; }

private:
    void Separate();

    enum class State { kEmpty, kFields, kFinished };

    std::string row_;
    State state_ = State::kEmpty;
};

}  // namespace geniai::pg
