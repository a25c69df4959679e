/**
 * SQL for the leads `first` to `last` of a tenant, as if they had been copied: each silent for 30 hours
 * and more.
 */
export function silentLeads(tenant, first, last) {
    return `
        insert into inbox_tenant_mapping (tenant_id, inbox_id, inbox_name)
        values (${tenant}, ${tenant}, 'WhatsApp') on conflict do nothing;
        insert into conversations (tenant_id, conversation_id, display_id, account_id, inbox_id,
                                   status, conversation_created_at, conversation_updated_at,
                                   row_hash, user_messages_count, contact_messages_count,
                                   last_public_message_at)
        select ${tenant}, n, n, 1, ${tenant}, 0, now(), now(), 0, 1, 1,
               now() - make_interval(hours => 29 + n)
          from generate_series(${first}, ${last}) n;
        insert into conversation_transcripts (tenant_id, conversation_id, message_compiled, text_hash)
        select ${tenant}, n, jsonb_build_array(
                   jsonb_build_object('message_id', 1, 'author', 'contact',
                       'text', 'Olá, quanto custa o plano mensal da unidade ' || n || '?'),
                   jsonb_build_object('message_id', 2, 'author', 'human',
                       'text', 'Sai por R$ 129,90. Quer conhecer?')), 0
          from generate_series(${first}, ${last}) n;
        insert into classifications (tenant_id, conversation_id, is_lead, visit_scheduled,
                                     crm_converted, score, category, rules_version, verdict_hash)
        select ${tenant}, n, true, false, false, 50, 'PRECO_PLANOS', 'v', '\\x00'
          from generate_series(${first}, ${last}) n;`;
}
