/** The page numbers to offer: both ends and the neighbours of `page`; null stands for a gap. */
export function pagesAround(page: number, last: number): (number | null)[] {
    const wanted = [1, page - 1, page, page + 1, last].filter(
        (number) => number >= 1 && number <= last,
    );
    const pages = [...new Set(wanted)].sort((a, b) => a - b);
    return pages.flatMap((number, index) => {
        const before = pages[index - 1] ?? number;
        if (number - before === 2) return [number - 1, number];
        return number - before > 2 ? [null, number] : [number];
    });
}
