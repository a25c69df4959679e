/**
 * Where a value breaks a schema, such as ['$.score: above the maximum']; written apart from the
 * generator, so that the tests compare two readings of a schema.
 */
export function problemsOf(value, schema, root = schema, at = '$') {
    if (schema.$ref !== undefined) {
        const name = schema.$ref.split('/').at(-1);
        return problemsOf(value, root.$defs[name], root, at);
    }
    if (schema.anyOf !== undefined) {
        const fits = schema.anyOf.some((one) => problemsOf(value, one, root, at).length === 0);
        return fits ? [] : [`${at}: fits none of anyOf`];
    }
    const problems = [];
    const expect = (holds, problem) => holds || problems.push(`${at}: ${problem}`);
    const types = [schema.type ?? []].flat();
    expect(types.length === 0 || types.some((type) => isA[type](value)), `is no ${types}`);
    expect(schema.enum?.includes(value) ?? true, 'is not in the enum');
    expect(schema.const === undefined || value === schema.const, 'is not the constant');
    if (typeof value === 'string') {
        const { length } = [...value];
        expect(length >= (schema.minLength ?? 0), 'too short');
        expect(length <= (schema.maxLength ?? Infinity), 'too long');
    }
    if (typeof value === 'number') {
        expect(value >= (schema.minimum ?? -Infinity), 'below the minimum');
        expect(value <= (schema.maximum ?? Infinity), 'above the maximum');
        expect(value > (schema.exclusiveMinimum ?? -Infinity), 'at the excluded minimum');
        expect(value < (schema.exclusiveMaximum ?? Infinity), 'at the excluded maximum');
        expect(value % (schema.multipleOf ?? value) === 0 || value === 0, 'is no multiple');
    }
    if (Array.isArray(value)) {
        expect(value.length >= (schema.minItems ?? 0), 'too few items');
        expect(value.length <= (schema.maxItems ?? Infinity), 'too many items');
        value.forEach((item, index) => {
            problems.push(...problemsOf(item, schema.items ?? {}, root, `${at}[${index}]`));
        });
    } else if (isA.object(value)) {
        const properties = schema.properties ?? {};
        for (const name of schema.required ?? []) expect(name in value, `lacks ${name}`);
        for (const [name, child] of Object.entries(value)) {
            if (name in properties) {
                problems.push(...problemsOf(child, properties[name], root, `${at}.${name}`));
            } else {
                expect(schema.additionalProperties !== false, `has ${name} besides`);
            }
        }
    }
    return problems;
}

const isA = {
    object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    array: Array.isArray,
    string: (value) => typeof value === 'string',
    number: (value) => typeof value === 'number',
    integer: Number.isInteger,
    boolean: (value) => typeof value === 'boolean',
    null: (value) => value === null,
};
