#include "sync/transform.h"

#include <charconv>

#include "base/fold.h"
#include "base/safe_text.h"
#include "chatwoot/contract.h"
#include "warehouse/contact_loader.h"

namespace geniai::sync {

namespace {

std::size_t PositionOf(std::string_view column) {
    const auto columns = warehouse::ConversationFactColumns();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i] == column) return i;
    }
    return columns.size();
}

std::int64_t CountOf(const std::optional<std::string_view>& field) {
    std::int64_t value = 0;
    if (field) std::from_chars(field->data(), field->data() + field->size(), value);
    return value;
}

}  // namespace

ConversationTransform::ConversationTransform(const Classifier& classifier)
    : classifier_(classifier),
      facts_(warehouse::ConversationFactColumns().size()),
      scratch_(chatwoot::ConversationColumns().size()) {}

warehouse::ConversationRow ConversationTransform::Apply(const pg::CopyFields& source) {
    static const std::size_t kStatus = PositionOf("status");
    static const std::size_t kUserMessages = PositionOf("user_messages_count");
    // The source delivers the facts first and the transcript behind them: sync/contract_test.cc holds
    // both lists together.
    for (std::size_t i = 0; i < facts_.size(); ++i) {
        facts_[i] = source[i];
        if (source[i]) facts_[i] = base::SafeText(*source[i], scratch_[i]);
    }
    const std::size_t transcript = facts_.size();
    const std::string_view json = base::SafeJson(source[transcript].value_or("[]"),
                                                 scratch_[transcript]);
    warehouse::ConversationRow row{facts_,  json, source[transcript + 2].value_or(""),
                                   source[transcript + 1].value_or(""), nullptr, ""};
    if (classifier_.classify) {
        classification_ = classifier_.classify({static_cast<int>(CountOf(facts_[kStatus])),
                                                CountOf(facts_[kUserMessages]), json});
        row.classification = &classification_;
        row.rules_version = classifier_.version;
    }
    return row;
}

ContactTransform::ContactTransform()
    : columns_(warehouse::ContactColumns().size()), scratch_(warehouse::ContactColumns().size()) {}

ContactTransform::Row ContactTransform::Apply(const pg::CopyFields& source) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        columns_[i] = source[i];
        if (source[i]) columns_[i] = base::SafeText(*source[i], scratch_[i]);
    }
    const auto text = [&](std::size_t at) { return std::string(columns_[at].value_or("")); };
    // Name, e-mail and phone; the phone once more as bare digits, as people type it.
    std::string digits;
    for (const char c : text(3)) {
        if (c >= '0' && c <= '9') digits += c;
    }
    search_text_ = base::FoldText(text(1) + " " + text(2) + " " + text(3) + " " + digits);
    return {columns_, search_text_, source[columns_.size()].value_or("")};
}

}  // namespace geniai::sync
