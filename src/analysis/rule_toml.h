#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <toml++/toml.h>
#include <vector>

#include "analysis/rule_pattern.h"
#include "base/error.h"

// The files of rules as tables. Heavy: for the sources that read them, and no header.
namespace geniai::analysis {

// Throws as RefuseRules() when it is no TOML.
toml::table ParseRulesToml(std::string_view text);

int LineOf(const toml::node& node);

// Reads one table and refuses keys that nobody asked for, so that a typing error does not silently
// switch a rule off.
class TableReader {
public:
    explicit TableReader(const toml::table& table) : table_(table) {}

    int line() const { return LineOf(table_); }

    std::string Text(const char* key) { return As<std::string>(Get(key), key, "a text"); }

    int Number(const char* key) {
        return static_cast<int>(As<std::int64_t>(Get(key), key, "a whole number"));
    }

    int Number(const char* key, int otherwise) {
        return table_.contains(key) ? Number(key) : otherwise;
    }

    int NumberBetween(const char* key, int min, int max) {
        const auto number = As<std::int64_t>(Get(key), key, "a whole number");
        if (number < min || number > max) {
            RefuseRules(LineOf(*table_.get(key)), "\"" + std::string(key) + "\" must be between " +
                                                      std::to_string(min) + " and " +
                                                      std::to_string(max));
        }
        return static_cast<int>(number);
    }

    bool Has(const char* key) const { return table_.contains(key); }

    bool Flag(const char* key) {
        return table_.contains(key) && As<bool>(Get(key), key, "true or false");
    }

    const toml::table& Table(const char* key) {
        const toml::table* table = Get(key).as_table();
        return table != nullptr ? *table : throw Wrong(key, "a table");
    }

    std::vector<SourceText> Texts(const char* key) {
        const toml::node& node = Get(key);
        const toml::array* array = node.as_array();
        if (array == nullptr) {
            throw Wrong(key, "a list of texts");
        }
        std::vector<SourceText> texts;
        for (const toml::node& element : *array) {
            texts.push_back({As<std::string>(element, key, "a list of texts"), LineOf(element)});
        }
        return texts;
    }

    std::vector<SourceText> OptionalTexts(const char* key) {
        return table_.contains(key) ? Texts(key) : std::vector<SourceText>{};
    }

    std::vector<const toml::table*> OptionalTables(const char* key) {
        return table_.contains(key) ? Tables(key) : std::vector<const toml::table*>{};
    }

    std::vector<const toml::table*> Tables(const char* key) {
        const toml::array* array = Get(key).as_array();
        if (array == nullptr || array->empty() || !array->is_homogeneous<toml::table>()) {
            throw Wrong(key, ("a list of tables, each under [[" + std::string(key) + "]]").c_str());
        }
        std::vector<const toml::table*> tables;
        for (const toml::node& element : *array) {
            tables.push_back(element.as_table());
        }
        return tables;
    }

    void RefuseOtherKeys() const {
        for (const auto& [key, node] : table_) {
            if (!known_.contains(std::string(key.str()))) {
                RefuseRules(LineOf(node), "unknown key \"" + std::string(key.str()) + "\"");
            }
        }
    }

private:
    const toml::node& Get(const char* key) {
        known_.emplace(key, true);
        const toml::node* node = table_.get(key);
        if (node == nullptr) {
            RefuseRules(line(), "\"" + std::string(key) + "\" is missing");
        }
        return *node;
    }

    base::Error Wrong(const char* key, const char* expected) const {
        const toml::node* node = table_.get(key);
        RefuseRules(node != nullptr ? LineOf(*node) : line(),
                    "\"" + std::string(key) + "\" must be " + expected);
    }

    template <typename T>
    T As(const toml::node& node, const char* key, const char* expected) const {
        const std::optional<T> value = node.value_exact<T>();
        if (!value) {
            RefuseRules(LineOf(node), "\"" + std::string(key) + "\" must be " + expected);
        }
        return *value;
    }

    const toml::table& table_;
    std::map<std::string, bool> known_;
};

}  // namespace geniai::analysis
