import { beforeEach, describe, expect, it } from 'vitest';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { addDays, calendarDay } from '@daysync/progress';
import { give, textsIn } from '../design/page.fixture';
import { provideTestWords } from '../i18n/test-words';
import type { ChartDay } from './chart-slots';
import { DayChart } from './day-chart';

const FIRST = calendarDay('2024-01-01');

/** Thirty days with one that is unusual, one that failed and one that is not there. */
const DAYS: readonly ChartDay[] = Array.from({ length: 30 }, (_, index): ChartDay => ({
  day: addDays(FIRST, index),
  rows: index === 10 ? 4_000 : 100 + (index % 3),
  duration_ms: 1_500,
  status: index === 20 ? 'failed' : 'success',
  unusual: index === 10 ? ['rows'] : [],
})).filter((_, index) => index !== 15);

describe('DayChart', () => {
  let fixture: ComponentFixture<DayChart>;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideTestWords()] });
    fixture = TestBed.createComponent(DayChart);
    give(fixture, { measure: 'rows', days: DAYS });
  });

  const element = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const texts = (selector: string): string[] => textsIn(element(), selector);

  it('says in a sentence what it shows', () => {
    expect(element().querySelector('[role=img]')?.getAttribute('aria-label')).toBe(
      '每日行数：共 30 天，中位数 101，最小 100，最大 4,000，异常 1 天，失败 1 天，缺失 1 天',
    );
  });

  it('marks what stands out by colour and sign, and explains the signs', () => {
    expect(element().querySelectorAll('.bar')).toHaveLength(28);
    expect(element().querySelectorAll('.bar.unusual')).toHaveLength(1);
    expect(element().querySelectorAll('.missing')).toHaveLength(1);
    expect(element().querySelectorAll('.sign .cross')).toHaveLength(1);
    expect(element().querySelectorAll('.sign .diamond')).toHaveLength(1);
    expect(texts('.legend li')).toEqual(['异常', '失败', '缺失']);
  });

  it('reads a day out where the keys or the pointer are', () => {
    const walk = element().querySelector('input');
    if (walk === null) throw new Error('expected a range');
    expect(walk.getAttribute('aria-valuetext')).toBe('2024-01-30，102');
    walk.value = '10';
    walk.dispatchEvent(new Event('input'));
    TestBed.tick();
    expect(walk.getAttribute('aria-valuetext')).toBe('2024-01-11，4,000，异常');
    expect(texts('figure > p')).toEqual(['2024-01-11，4,000，异常']);
    walk.dispatchEvent(new Event('blur'));
    TestBed.tick();
    expect(texts('figure > p')[0]).toContain('共 30 天');
  });

  it('opens the days of a bar by Enter, only where the page has a use for it', () => {
    const chosen: unknown[] = [];
    fixture.componentInstance.chosen.subscribe((range) => chosen.push(range));
    const walk = element().querySelector('input');
    const enter = (): void => {
      walk?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
    };
    enter();
    expect(chosen).toEqual([]);
    give(fixture, { opens: true });
    enter();
    expect(chosen).toEqual([{ start_date: '2024-01-30', end_date: '2024-01-30' }]);
    expect(walk?.getAttribute('aria-label')).toBe('逐日查看，按 Enter 打开');
  });

  it('stays where the keys are when days are added, and at the newest as long as they are nowhere', () => {
    const walk = element().querySelector('input');
    const add = (count: number): void => {
      const more = Array.from({ length: count }, (_, index) => ({
        ...{ day: addDays(FIRST, 30 + index), rows: 7, duration_ms: 1, status: 'success' as const },
        unusual: ['rows'] as const,
      }));
      give(fixture, { days: [...DAYS, ...more] });
    };
    const spoken = (): string | null | undefined => walk?.getAttribute('aria-valuetext');
    add(1);
    expect(spoken()).toBe('2024-01-31，7，异常');
    walk?.dispatchEvent(new Event('focus'));
    add(2);
    expect(spoken()).toBe('2024-01-31，7，异常');
    expect(texts('figure > p')).toEqual(['2024-01-31，7，异常']);
    // What it was at has gone.
    add(0);
    expect(spoken()).toBe('2024-01-30，102');
  });

  it('has the same as a table, which is made when it is opened', () => {
    const details = element().querySelector('details');
    if (details === null) throw new Error('expected a table');
    expect(element().querySelector('table')).toBeNull();
    details.open = true;
    details.dispatchEvent(new Event('toggle'));
    TestBed.tick();
    const rows = texts('tbody tr');
    expect(rows).toHaveLength(30);
    expect(rows[10]).toBe('2024-01-114,000异常');
    expect(rows[15]).toBe('2024-01-16—缺失');
    expect(rows[20]).toBe('2024-01-21—失败');
  });

  it('shows durations in words', () => {
    give(fixture, { measure: 'duration' });
    expect(element().querySelector('h3')?.textContent).toBe('每日用时');
    expect(texts('.scale span')).toEqual(['2.0 秒', '0']);
  });

  it('draws years by month and says so, marks a month that lacks a day, and explains the mark', () => {
    const years = Array.from({ length: 3_650 }, (_, index): ChartDay => ({
      ...{ day: addDays(FIRST, index), rows: 100, duration_ms: 1, status: 'success' },
      unusual: [],
    })).filter((_, index) => index !== 100);
    give(fixture, { days: years });
    expect(element().querySelectorAll('.bar')).toHaveLength(120);
    expect(texts('figcaption span')).toEqual(['按月平均']);
    expect(element().querySelectorAll('.plot .partly-missing')).toHaveLength(1);
    expect(texts('.legend li')).toEqual(['部分缺失']);
  });

  it('draws nothing without days', () => {
    give(fixture, { days: [] });
    expect(element().textContent.trim()).toBe('');
  });
});
