import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { pageSpan } from './page-span';

describe('pageSpan', () => {
  it('says what a page shows and what is around it', () => {
    expect(pageSpan({ page: 2, page_size: 50, total: 120 })).toEqual({
      from: 51,
      to: 100,
      total: 120,
      pages: 3,
      previous: 1,
      next: 3,
      isFirst: false,
      isLast: false,
    });
    expect(pageSpan({ page: 3, page_size: 50, total: 120 })).toMatchObject({ to: 120, next: 3 });
  });

  it('leads back from a page beyond the last', () => {
    const beyond = pageSpan({ page: 9, page_size: 50, total: 120 });
    expect(beyond).toMatchObject({ from: 0, to: 0, previous: 3, isLast: true, isFirst: false });
    expect(pageSpan({ page: 1, page_size: 50, total: 0 })).toMatchObject({ pages: 1, from: 0 });
  });

  it('shows every entry on exactly one page', () => {
    const sizes = fc.record({
      page_size: fc.integer({ min: 1, max: 7 }),
      total: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(sizes, ({ page_size, total }) => {
        const seen: number[] = [];
        for (let page = 1; ;) {
          const span = pageSpan({ page, page_size, total });
          for (let entry = span.from; entry > 0 && entry <= span.to; entry += 1) seen.push(entry);
          if (span.isLast) break;
          page = span.next;
        }
        expect(seen).toEqual(Array.from({ length: total }, (_, index) => index + 1));
      }),
    );
  });
});
