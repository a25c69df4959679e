const entriesMax = 2_000;
const bytesMax = 32 * 2 ** 20;

/** The latest bodies of requests, accepted or not, as many as fit. */
export class PromptLog {
    #entries = [];
    #bytes = 0;
    #dropped = 0;

    add(entry) {
        this.#entries.push(entry);
        this.#bytes += entry.text.length;
        while (this.#entries.length > entriesMax || this.#bytes > bytesMax) {
            this.#bytes -= this.#entries.shift().text.length;
            this.#dropped += 1;
        }
    }

    /** Bodies are parsed only here; what is not JSON stays text. */
    written() {
        const prompts = this.#entries.map(({ text, ...rest }) => ({ ...rest, body: parsed(text) }));
        return { dropped: this.#dropped, prompts };
    }
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}
