import { beforeEach, describe, expect, it } from 'vitest';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import fc from 'fast-check';
import { give } from './page.fixture';
import { provideTestWords } from '../i18n/test-words';
import { Pager, pageSpan } from './pager';

describe('Pager', () => {
  let fixture: ComponentFixture<Pager>;
  let turned: number[];
  let sized: number[];

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideTestWords()] });
    fixture = TestBed.createComponent(Pager);
    [turned, sized] = [[], []];
    fixture.componentInstance.turn.subscribe((page) => turned.push(page));
    fixture.componentInstance.sizeChange.subscribe((size) => sized.push(size));
  });

  const buttons = (): HTMLButtonElement[] => [
    ...(fixture.nativeElement as HTMLElement).querySelectorAll('button'),
  ];
  function show(page: number): void {
    give(fixture, { page: { page, page_size: 20, total: 95 } });
  }

  it('leads to the first, the one before, the next and the last page', () => {
    show(3);
    for (const button of buttons()) button.click();
    expect(turned).toEqual([1, 2, 4, 5]);
    expect((fixture.nativeElement as HTMLElement).textContent).toContain('第 41–60 条，共 95 条');
  });

  it('keeps the buttons that lead nowhere in reach of the keys', () => {
    show(5);
    const states = buttons().map((button) => button.getAttribute('aria-disabled'));
    expect(states.slice(2)).toEqual(['true', 'true']);
    buttons()[3]?.focus();
    expect(buttons().every((button) => !button.disabled)).toBe(true);
    buttons()[3]?.click();
    expect(turned).toEqual([]);
  });

  it('offers sizes where there are several', () => {
    show(1);
    const select = (): HTMLSelectElement | null =>
      (fixture.nativeElement as HTMLElement).querySelector('select');
    expect(select()).toBeNull();
    give(fixture, { sizes: [20, 50] });
    expect(select()?.value).toBe('20');
    const chosen = select();
    if (chosen !== null) chosen.value = '50';
    chosen?.dispatchEvent(new Event('change'));
    expect(sized).toEqual([50]);
  });
});

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
