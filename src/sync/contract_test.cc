#include <gtest/gtest.h>

#include "chatwoot/contract.h"
#include "warehouse/contact_loader.h"
#include "warehouse/conversation_loader.h"

namespace geniai::sync {
namespace {

// A row passes from the source to the warehouse by position, so the two lists must be one.

TEST(ContractTest, TheSourceDeliversTheWarehousesFactsInTheirOrderAndThenTheTranscript) {
    const auto source = chatwoot::ConversationColumns();
    const auto facts = warehouse::ConversationFactColumns();
    ASSERT_EQ(source.size(), facts.size() + 1);
    for (std::size_t i = 0; i < facts.size(); ++i) EXPECT_EQ(source[i].name, facts[i]);
    EXPECT_EQ(source.back().name, "message_compiled");
}

TEST(ContractTest, TheSourceDeliversTheWarehousesContactColumnsInTheirOrder) {
    const auto source = chatwoot::ContactColumns();
    const auto columns = warehouse::ContactColumns();
    ASSERT_EQ(source.size(), columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) EXPECT_EQ(source[i].name, columns[i]);
}

}  // namespace
}  // namespace geniai::sync
