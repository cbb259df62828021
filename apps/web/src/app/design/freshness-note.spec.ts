import { TestBed } from '@angular/core/testing';
import type { Language } from '@daysync/progress';
import { calendarDay } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../api/wire';
import { textsIn } from './page.fixture';
import { provideTestWords } from '../i18n/test-words';
import { CLOCK } from '../time/clock';
import { FreshnessNote } from './freshness-note';

const NOW = Date.parse('2024-03-09T06:00:00.000Z');
const FRESH: NonNullable<Dataset['freshness']> = {
  ...{ time: '08:00', days: 1, late: false, late_since: null },
  ...{ due_day: calendarDay('2024-03-07'), due_at: '2024-03-08T08:00:00.000Z' },
  ...{ next_day: calendarDay('2024-03-08'), next_at: '2024-03-09T08:00:30.000Z' },
};

async function linesOf(
  changes: Partial<typeof FRESH>,
  language: Language = 'en',
): Promise<readonly string[]> {
  TestBed.configureTestingModule({
    providers: [provideTestWords(language), { provide: CLOCK, useValue: { now: () => NOW } }],
  });
  const fixture = TestBed.createComponent(FreshnessNote);
  fixture.componentRef.setInput('freshness', { ...FRESH, ...changes });
  await fixture.whenStable();
  return textsIn(fixture.nativeElement as HTMLElement, 'p');
}

describe('FreshnessNote', () => {
  it('counts down to the next deadline', async () => {
    const [next, ...others] = await linesOf({});
    expect(next).toMatch(/^Next deadline: 2024-03-08 by .+, in 2 h 0 min\.$/);
    expect(others).toEqual([]);
  });

  it('says which day is not synced, and since when, in Chinese as well', async () => {
    const late = { late: true, late_since: '2024-03-06T08:00:00.000Z' };
    const [first, next] = await linesOf(late, 'zh');
    expect(first).toMatch(/^2024-03-07 应于 .+ 前同步，至今未同步。自 .+ 起未按时同步。$/);
    expect(next).toMatch(/^下一截止时间：2024-03-08 应于 .+ 前同步，还有 2 小时 0 分。$/);
  });

  it('waits for the server once the deadline has passed', async () => {
    const passed = await linesOf({ next_at: '2024-03-09T05:59:59.000Z' });
    expect(passed).toHaveLength(1);
    expect(passed[0]).toMatch(/^The deadline of 2024-03-08, .+, has passed\./);
  });

  it('is empty where nothing is due any more', async () => {
    expect(await linesOf({ next_day: null, next_at: null })).toEqual([]);
  });
});
