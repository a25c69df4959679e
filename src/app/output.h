#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace geniai::app {

// A table for people: columns as wide as their content, headers in capitals, two blanks between.
std::string FormatTable(const std::vector<std::string>& headers,
                        const std::vector<std::vector<std::string>>& rows);

// " (whatsapp)": what a cell of a table says besides; empty without.
std::string InBrackets(const std::optional<std::string>& text);

// Writes a line to standard output.
void PrintLine(const std::string& line);

// Makes what was printed visible now; at the end of the program it happens by itself.
void FlushOutput();

bool OutputIsTerminal();
// Whether standard error is a terminal: progress is shown there and nowhere else.
bool ErrorIsTerminal();

// Overwrites the terminal's present line with a progress note; nothing when it is no terminal.
void ShowProgress(const std::string& note);
void ClearProgress();

// Microseconds since 1970 as RFC 3339.
std::string FormatMicros(std::int64_t micros);

}  // namespace geniai::app
