// What was measured: a list of figures, printed as a table and written as JSON.

/** The middle value; of an even number of values the upper one of the two in the middle. */
export function median(values) {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

export function sum(values) {
    return values.reduce((total, value) => total + value, 0);
}

/**
 * One line of the result. `measured` is a text, a number, or one number a round: then the figure's
 * value is their median. A bar is judged by the value: `{ atLeast: 0.8 }` or `{ atMost: 64 }`.
 */
export function figure(name, unit, measured, { atLeast = null, atMost = null } = {}) {
    const rounds = Array.isArray(measured) ? measured : [measured];
    const isNumber = typeof rounds[0] === 'number';
    const value = isNumber ? rounded(median(rounds)) : measured;
    const spread = isNumber && rounds.length > 1;
    return {
        name,
        value,
        unit,
        bar: atLeast ?? atMost,
        holds: holds(value, atLeast, atMost),
        min: spread ? rounded(Math.min(...rounds)) : null,
        max: spread ? rounded(Math.max(...rounds)) : null,
        wanted: atLeast !== null ? `>= ${atLeast}` : atMost !== null ? `<= ${atMost}` : '',
    };
}

/** The numbers in columns, below the texts. */
export function table(figures) {
    const isText = ({ value }) => typeof value === 'string';
    const facts = figures.filter(isText).map(({ name, value }) => `${name} ${value}`);
    const rows = figures.filter((line) => !isText(line)).map((line) => [
        line.name,
        ...[line.value, line.min, line.max].map((value) => (value === null ? '' : String(value))),
        line.unit,
        line.wanted,
        line.holds === null ? '' : line.holds ? 'yes' : 'NO',
    ]);
    rows.unshift(['', 'median', 'min', 'max', 'unit', 'bar', 'holds']);
    const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
    const isNumber = (at) => at >= 1 && at <= 3;
    const aligned = (cell, at) =>
        isNumber(at) ? cell.padStart(widths[at]) : cell.padEnd(widths[at]);
    const lines = rows.map((row) => row.map(aligned).join('  ').trimEnd());
    return [facts.join(', '), '', ...lines].join('\n');
}

export function json(figures) {
    const lines = figures.map(({ wanted, ...line }) => line);
    return JSON.stringify(lines, null, 2) + '\n';
}

function holds(value, atLeast, atMost) {
    if (atLeast !== null) return value >= atLeast;
    if (atMost !== null) return value <= atMost;
    return null;
}

function rounded(value) {
    return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}
