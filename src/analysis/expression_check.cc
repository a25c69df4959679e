#include "analysis/expression_check.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <hs/hs.h>
#include <limits>
#include <memory>
#include <string_view>

namespace geniai::analysis {

namespace {

bool SpansWords(std::string_view expression) {
    constexpr std::array<std::string_view, 5> kAnything = {".*", ".+", ".{", "[^", "\\s"};
    return std::ranges::any_of(kAnything, [&](std::string_view each) {
        return expression.find(each) != std::string_view::npos;
    });
}

}  // namespace

std::string WhyRefused(const std::string& expression) {
    hs_expr_info_t* info = nullptr;
    hs_compile_error_t* error = nullptr;
    if (hs_expression_info(expression.c_str(), HS_FLAG_SOM_LEFTMOST, &info, &error) != HS_SUCCESS) {
        const std::unique_ptr<hs_compile_error_t, hs_error_t (*)(hs_compile_error_t*)> owned(
            error, hs_free_compile_error);
        return owned->message;
    }
    const std::unique_ptr<hs_expr_info_t, void (*)(void*)> owned(info, std::free);
    const bool unbounded = info->max_width == std::numeric_limits<unsigned>::max();
    if (unbounded && SpansWords(expression)) return "\" ~ \" stands for words between two others";
    return "";
}

}  // namespace geniai::analysis
