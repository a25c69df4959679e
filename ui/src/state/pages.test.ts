import { expect, test } from 'vitest';
import { pagesAround } from './pages';

test('few pages all show', () => {
    expect(pagesAround(1, 1)).toEqual([1]);
    expect(pagesAround(2, 3)).toEqual([1, 2, 3]);
});

test('many pages leave gaps, but never a gap of one page', () => {
    expect(pagesAround(1, 9)).toEqual([1, 2, null, 9]);
    expect(pagesAround(5, 9)).toEqual([1, null, 4, 5, 6, null, 9]);
    expect(pagesAround(4, 9)).toEqual([1, 2, 3, 4, 5, null, 9]);
});

test('a page beyond the last shows the ends', () => {
    expect(pagesAround(12, 3)).toEqual([1, 2, 3]);
});
