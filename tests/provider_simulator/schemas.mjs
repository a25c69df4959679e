const nameForm = /^[a-zA-Z0-9_-]{1,64}$/;

/** What the provider dislikes about `response_format.json_schema`, or undefined. */
export function problemOfFormat(format) {
    if (!isObject(format)) return "Missing required parameter: 'response_format.json_schema'.";
    if (!nameForm.test(format.name ?? '')) {
        return "Invalid 'response_format.json_schema.name': expected 1 to 64 of a-z, 0-9, _, -.";
    }
    const begin = `Invalid schema for response_format '${format.name}'`;
    if (!isObject(format.schema)) return `${begin}: schema must be a JSON Schema object.`;
    if (format.strict !== true) return undefined;
    if (format.schema.type !== 'object') {
        return `${begin}: schema must be a JSON Schema of 'type: "object"'.`;
    }
    const problem = strictProblem(format.schema, []);
    return problem && `${begin}: ${problem}`;
}

/** The two rules of strict schemas: no property is left open, and none may be left out. */
function strictProblem(schema, path) {
    if (!isObject(schema)) return undefined;
    const context = `In context=(${path.map((step) => `'${step}'`).join(', ')})`;
    if (isObject(schema.properties)) {
        if (schema.additionalProperties !== false) {
            return `${context}, 'additionalProperties' is required to be supplied and to be false.`;
        }
        const required = Array.isArray(schema.required) ? schema.required : [];
        const left = Object.keys(schema.properties).find((name) => !required.includes(name));
        if (left !== undefined) {
            return (
                `${context}, 'required' is required to be supplied and to be an array including ` +
                `every key in properties. Missing '${left}'.`
            );
        }
    }
    for (const [child, step] of childrenOf(schema)) {
        const problem = strictProblem(child, [...path, ...step]);
        if (problem !== undefined) return problem;
    }
    return undefined;
}

function childrenOf(schema) {
    const children = [];
    for (const group of ['properties', '$defs', 'definitions']) {
        for (const [name, child] of Object.entries(schema[group] ?? {})) {
            children.push([child, [group, name]]);
        }
    }
    if (schema.items !== undefined) children.push([schema.items, ['items']]);
    for (const group of ['anyOf', 'oneOf', 'allOf']) {
        (schema[group] ?? []).forEach((child, index) => children.push([child, [group, index]]));
    }
    return children;
}

/** Whether null is valid for the schema. */
export function allowsNull(schema) {
    if (schema.type === 'null' || schema.const === null) return true;
    if (Array.isArray(schema.type) && schema.type.includes('null')) return true;
    if (schema.enum?.includes(null) && schema.type === undefined) return true;
    return [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].some(allowsNull);
}

/** The first JSON schema of an object that stands in a text, or undefined. */
export function findSchema(text) {
    for (let begin = text.indexOf('{'); begin >= 0;) {
        const end = endOfObject(text, begin);
        if (end === undefined) return undefined;
        const schema = parsedSchema(text.slice(begin, end));
        if (schema !== undefined) return schema;
        begin = text.indexOf('{', end);
    }
    return undefined;
}

function parsedSchema(text) {
    try {
        const value = JSON.parse(text);
        const schema = isObject(value.schema) ? value.schema : value;
        return schema.type === 'object' && isObject(schema.properties) ? schema : undefined;
    } catch {
        return undefined;
    }
}

/** Behind the brace that closes the one at `begin`, or undefined. */
function endOfObject(text, begin) {
    let depth = 0;
    let isInString = false;
    for (let index = begin; index < text.length; index += 1) {
        const character = text[index];
        if (isInString) {
            if (character === '\\') index += 1;
            if (character === '"') isInString = false;
        } else if (character === '"') {
            isInString = true;
        } else if (character === '{') {
            depth += 1;
        } else if (character === '}') {
            depth -= 1;
            if (depth === 0) return index + 1;
        }
    }
    return undefined;
}

export function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
