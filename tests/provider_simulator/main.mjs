// Runs the simulator until SIGTERM or SIGINT.
//   usage: node main.mjs [--port N] [--rpm N] [--tpm N] [--rpd N] [--latency-ms N or N-N]
//                        [--seed N] [--api-key KEY] [--control JSON]
// Prints {"url", "pid"} as one line when it listens. Exits with 2 on wrong usage.
import { parseArgs } from 'node:util';
import { startSimulator } from './simulator.mjs';

const numbers = ['port', 'rpm', 'tpm', 'rpd', 'seed'];
const texts = ['latency-ms', 'api-key', 'control'];

let simulator;
try {
    simulator = await startSimulator(readOptions());
} catch (error) {
    console.error(`provider_simulator: ${error.message}`);
    process.exit(2);
}
console.log(JSON.stringify({ url: simulator.url, pid: process.pid }));
for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
        await simulator.stop();
        process.exit(0);
    });
}

function readOptions() {
    const options = Object.fromEntries(
        [...numbers, ...texts].map((name) => [name, { type: 'string' }]),
    );
    const { values } = parseArgs({ options });
    const read = {};
    for (const name of numbers) {
        if (values[name] !== undefined) read[name] = readNumber(name, values[name]);
    }
    if (values['latency-ms'] !== undefined) read.latencyMs = readRange(values['latency-ms']);
    if (values['api-key'] !== undefined) read.apiKey = values['api-key'];
    if (values.control !== undefined) read.control = JSON.parse(values.control);
    return read;
}

function readRange(text) {
    const parts = text.split('-').map((part) => readNumber('latency-ms', part));
    return parts.length === 1 ? parts[0] : parts;
}

function readNumber(name, text) {
    if (/^\d+$/.test(text)) return Number(text);
    throw new Error(`--${name} needs a number, not ${text}`);
}
