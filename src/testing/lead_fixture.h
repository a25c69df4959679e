#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "testing/model_fixture.h"

namespace geniai::testing {

struct Said {
    const char* author;
    std::string text;
};

inline const std::vector<Said> kConversation{
    {"contact", "Boa tarde, queria saber o valor do plano mensal de musculação"},
    {"human", "Oi! O plano mensal sai por R$ 129,90. Quer agendar uma visita?"},
    {"note", "cliente parece indeciso, CPF 529.982.247-25"},
    {"contact", "Achei um pouco caro, vou pensar. Meu nome é Marina"},
    {"human", "Sem problema, Marina. Fico à disposição!"},
};

// A model's provider, and tenants 1 and 2 with an inbox each for conversations that a test invents.
class LeadTest : public ModelTest {
protected:
    LeadTest() {
        for (const int tenant : {1, 2}) {
            Service(tenant, "insert into inbox_tenant_mapping (tenant_id, inbox_id, inbox_name)"
                            " values (current_tenant_id(), 20 + current_tenant_id(), 'WhatsApp')");
        }
    }

    // A lead whose last public message is so long ago.
    void AddLead(int id, const std::string& silent_for, int tenant = 1,
                 const std::vector<Said>& said = kConversation) {
        const bool answered = std::ranges::any_of(said, [](const Said& one) {
            return std::string_view(one.author) == "human" || std::string_view(one.author) == "bot";
        });
        const std::string number = std::to_string(id);
        Service(tenant,
                "insert into conversations (tenant_id, conversation_id, display_id, account_id,"
                " inbox_id, status, conversation_created_at, conversation_updated_at, row_hash,"
                " user_messages_count, contact_messages_count, last_public_message_at)"
                " values (current_tenant_id(), " +
                    number + ", " + number + ", 11, 20 + current_tenant_id(), 0, now(), now(), 1, " +
                    (answered ? "1" : "0") + ", 1, now() - interval '" + silent_for + "');" +
                    "insert into classifications (tenant_id, conversation_id, is_lead,"
                    " visit_scheduled, crm_converted, score, category, evidence, rules_version,"
                    " verdict_hash) values (current_tenant_id(), " + number +
                    ", true, false, false, 45, 'PRECO_PLANOS',"
                    " '[{\"rule\": \"lead\", \"message_id\": 1, \"quote\": \"valor do plano\"}]',"
                    " 'v', '\\x00')");
        Say(id, said, tenant);
    }

    void Say(int id, const std::vector<Said>& said, int tenant = 1) {
        boost::json::array messages;
        for (const Said& one : said) {
            messages.push_back({{"message_id", static_cast<std::int64_t>(messages.size() + 1)},
                                {"author", one.author},
                                {"text", one.text}});
        }
        const auto app = pool_.Acquire();
        tenancy::TenantScope scope(*app, tenancy::DatabaseRole::kEtlService, base::TenantId(tenant));
        scope.Execute({"test.say", "insert into conversation_transcripts (tenant_id,"
                                   " conversation_id, message_compiled, text_hash)"
                                   " values (current_tenant_id(), $1, $2::jsonb, 0)"
                                   " on conflict (tenant_id, conversation_id)"
                                   " do update set message_compiled = excluded.message_compiled"},
                      std::int64_t{id}, boost::json::serialize(messages));
        scope.Commit();
    }

    // Somebody writes now, or so long ago.
    void WriteAgain(int id, const std::string& ago = "0 s", int tenant = 1) {
        Service(tenant, "update conversations set user_messages_count = 1,"
                        " last_public_message_at = now() - interval '" + ago +
                        "' where conversation_id = " + std::to_string(id));
    }
};

}  // namespace geniai::testing
