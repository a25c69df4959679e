/** First letters of the first and the last word: "Ana Paula Souza" → "AS". */
export function initialsOf(name: string): string {
    const words = name
        .trim()
        .split(/\s+/)
        .filter((word) => /^\p{L}/u.test(word));
    const first = words.at(0) ?? '';
    const last = words.length > 1 ? (words.at(-1) ?? '') : '';
    return (
        Array.from(first).slice(0, 1).join('') + Array.from(last).slice(0, 1).join('')
    ).toUpperCase();
}
