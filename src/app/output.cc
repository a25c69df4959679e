#include "app/output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <iostream>

namespace geniai::app {

namespace {

// Characters, not bytes: names have accents.
std::size_t WidthOf(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string FormatRow(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        line += cells[i];
        const bool last = i + 1 == cells.size();
        if (!last) line += std::string(widths[i] - WidthOf(cells[i]) + 2, ' ');
    }
    return line;
}

}  // namespace

std::string InBrackets(const std::optional<std::string>& text) {
    return text ? " (" + *text + ")" : "";
}

std::string FormatTable(const std::vector<std::string>& headers,
                        const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const std::string& header : headers) widths.push_back(WidthOf(header));
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], WidthOf(row[i]));
        }
    }
    std::string table = FormatRow(headers, widths);
    for (const auto& row : rows) table += "\n" + FormatRow(row, widths);
    return table;
}

void PrintLine(const std::string& line) {
    std::cout << line << '\n';
}

void FlushOutput() {
    std::cout.flush();
}

bool OutputIsTerminal() {
    return isatty(STDOUT_FILENO) != 0;
}

bool ErrorIsTerminal() {
    return isatty(STDERR_FILENO) != 0;
}

void ShowProgress(const std::string& note) {
    if (ErrorIsTerminal()) std::cerr << "\r\033[K" << note << std::flush;
}

void ClearProgress() {
    if (ErrorIsTerminal()) std::cerr << "\r\033[K" << std::flush;
}

std::string FormatMicros(std::int64_t micros) {
    const std::time_t seconds = static_cast<std::time_t>(micros / 1'000'000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

}  // namespace geniai::app
