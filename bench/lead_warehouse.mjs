// A warehouse of one tenant with silent leads, and a provider to ask about them.
import { startSimulator } from '../tests/provider_simulator/simulator.mjs';
import { silentLeads } from '../tests/support/leads.mjs';
import { Cluster } from './cluster.mjs';
import { measure } from './measure.mjs';

export class LeadWarehouse {
    /** Without limits, so that nothing but the provider holds a call up. */
    static async make(geniai, leads, latencyMs) {
        const cluster = await Cluster.make(geniai, 50);
        const simulator = await startSimulator({ latencyMs });
        const warehouse = new LeadWarehouse(geniai, cluster, simulator);
        cluster.sql('postgres', 'create database bench owner geniai_owner');
        await warehouse.run(['migrate'], {
            GENIAI_WAREHOUSE_OWNER_URL: cluster.url('bench', 'geniai_owner'),
        });
        warehouse.sql(
            `insert into tenants (id, name, slug, uses_model) values (1, 'One', 'one', true);
             update llm_limits set requests_per_minute = null, tokens_per_minute = null,
                    requests_per_day = null, brl_per_day = null, brl_per_month = null;
             insert into llm_limits (tenant_id, brl_per_month) values (1, 1000000000000);
             ${silentLeads(1, 1, leads)};
             analyze`,
        );
        return warehouse;
    }

    constructor(geniai, cluster, simulator) {
        this.geniai = geniai;
        this.cluster = cluster;
        this.simulator = simulator;
    }

    /** A run that could not do all of its work says so with 1 and its result. */
    async run(args, environment = {}) {
        return measure(
            this.geniai,
            args,
            {
                GENIAI_WAREHOUSE_URL: this.cluster.url('bench', 'geniai_app'),
                GENIAI_LOG_LEVEL: 'error',
                OPENAI_API_KEY: 'simulator-key',
                OPENAI_BASE_URL: `${this.simulator.url}/v1`,
                ...environment,
            },
            { mayFail: true },
        );
    }

    sql(script) {
        return this.cluster.sql('bench', script);
    }

    number(query) {
        return this.cluster.number('bench', query);
    }

    async stats() {
        return (await fetch(`${this.simulator.url}/stats?requests=0`)).json();
    }

    async control(change) {
        await fetch(`${this.simulator.url}/control`, { method: 'POST', body: JSON.stringify(change) });
    }

    async stop() {
        await this.simulator.stop();
        await this.cluster.stop();
    }
}
