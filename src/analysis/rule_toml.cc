#include "analysis/rule_toml.h"

namespace geniai::analysis {

int LineOf(const toml::node& node) {
    return static_cast<int>(node.source().begin.line);
}

toml::table ParseRulesToml(std::string_view text) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        RefuseRules(static_cast<int>(error.source().begin.line), std::string(error.description()));
    }
}

}  // namespace geniai::analysis
