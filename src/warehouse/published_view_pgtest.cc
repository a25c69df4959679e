#include <gtest/gtest.h>

#include "pg/transaction.h"
#include "testing/test_database.h"

namespace geniai::warehouse {
namespace {

// The names that people's SQL and BI tools were written on.
constexpr const char* kPublished[] = {
    "tenant_id",
    "conversation_id",
    "display_id",
    "inbox_id",
    "contact_id",
    "contact_name",
    "contact_phone",
    "contact_email",
    "message_compiled",
    "mc_first_message_at",
    "mc_last_message_at",
    "t_messages",
    "user_messages_count",
    "contact_messages_count",
    "conversation_created_at",
    "conversation_updated_at",
    "conversation_date",
    "conversation_year",
    "conversation_period",
    "is_lead",
    "visit_scheduled",
    "crm_converted",
    "ai_probability_label",
    "ai_probability_score",
    "nome_mapeado_bot",
    "tipo_conversa",
    "tipo_remarketing",
    "analise_ia",
    "sugestao_mensagem",
    "prioridade_conversa",
    "palavras_chave",
    "confianca_analise",
    "custo_analise_brl",
    "tokens_usados",
    "tempo_analise_segundos",
    "metadados_analise_ia",
    "analisado_em",
};

TEST(PublishedViewTest, HasEveryColumnOfTheContract) {
    const testing::TestWarehouse database;
    pg::Connection owner = database.Connect();
    pg::Transaction transaction(owner);
    for (const char* column : kPublished) {
        EXPECT_NO_THROW(transaction.Execute({"test.column", "select " + std::string(column) +
                                                                " from conversations_analytics"}))
            << column;
    }
    EXPECT_NO_THROW(transaction.Execute({"test.old_names", R"sql(
        select m.inbox_id, m.tenant_id, m.inbox_name, m.channel_type, m.is_active, m.created_at,
               m.updated_at, e.load_type, e.type, e.is_full_load, e.status, e.triggered_by,
               e.started_at, e.finished_at, e.duration_seconds, e.watermark_start, e.watermark_end,
               e.records_extracted, e.records_inserted, e.records_updated, e.records_failed,
               e.error_message, e.source_system, e.target_table, e.etl_version
          from inbox_tenant_mapping m cross join etl_control e)sql"}));
}

TEST(PublishedViewTest, IsReadAsPeoplesToolsReadIt) {
    const testing::TestWarehouse database;
    pg::Connection app = database.Connect(testing::TestDatabase::kApp);
    {
        pg::Transaction transaction(app);
        transaction.RunScript({"test.fill", R"sql(
            set local role admin_users;
            insert into tenants (id, name, slug) values (1, 'One', 'one'), (2, 'Two', 'two');
            set local role etl_service;
            set local app.current_tenant_id = '1';
            insert into inbox_tenant_mapping (tenant_id, inbox_id) values (1, 10);
            insert into conversations (tenant_id, conversation_id, display_id, account_id, inbox_id,
                status, conversation_created_at, conversation_updated_at, row_hash)
            values (1, 7, 7, 1, 10, 0, now(), now(), 0))sql"});
        transaction.Commit();
    }
    const auto count = [&](const std::string& setting) {
        pg::Transaction transaction(app);
        transaction.RunScript({"test.session", "set role authenticated_users;" + setting});
        return transaction.Execute({"test.count", "select count(*) as n from conversations_analytics"})
            .One()["n"]
            .Int64();
    };
    EXPECT_EQ(count("set app.current_tenant_id = 1"), 1);
    EXPECT_EQ(count("set app.current_tenant_id = 2"), 0);
    EXPECT_EQ(count("reset app.current_tenant_id"), 0);
    EXPECT_EQ(count("set app.current_tenant_id = ''"), 0);
}

}  // namespace
}  // namespace geniai::warehouse
