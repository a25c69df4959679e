import { literal, rowsOfTenant } from './postgres.mjs';

/** The overview's numbers as SQL counts them on the published view. */
export async function countKpis(demo, tenant, { from, to }, inbox) {
    const ofInbox = inbox === undefined ? 'true' : `inbox_id = ${Number(inbox)}`;
    const [counted] = await rowsOfTenant(
        demo.warehouse,
        tenant,
        `select count(*) as conversations,
                count(*) filter (where is_lead) as leads,
                count(*) filter (where visit_scheduled) as visits,
                count(*) filter (where crm_converted) as conversions,
                avg(first_response_seconds) as first_response_mean_seconds,
                percentile_cont(0.5) within group (order by first_response_seconds)
                    as first_response_median_seconds,
                count(*) filter (where is_lead and user_messages_count = 0
                                   and bot_messages_count = 0) as without_answer
           from conversations_analytics
          where conversation_date between ${literal(from)} and ${literal(to)} and ${ofInbox}`,
    );
    return rounded(counted);
}

/** Means differ in their last bits with the order of their rows. */
export function rounded(kpis) {
    const round = (value) => (typeof value === 'number' ? Number(value.toPrecision(10)) : value);
    return Object.fromEntries(Object.entries(kpis).map(([key, value]) => [key, round(value)]));
}
