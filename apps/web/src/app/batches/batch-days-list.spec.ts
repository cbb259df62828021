import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpErrorResponse } from '@angular/common/http';
import { signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { addDays, calendarDay } from '@daysync/progress';
import { provideTestApp } from '../i18n/test-words';
import { batchDayOf } from '../live/batch-day.fixture';
import { BatchDaysList } from './batch-days-list';
import { give, hrefsIn, textsIn } from '../design/page.fixture';

const FIRST = calendarDay('2012-01-01');
const TIMED_OUT = { code: 'TIMEOUT', text: 'took 60 s', row: null, column: null };
const DAYS = [
  batchDayOf('2012-01-01'),
  batchDayOf('2012-01-02', { state: 'failed', rows: null, error: TIMED_OUT }),
  batchDayOf('2012-01-03', { state: 'skipped', rows: null, reason: 'already_synced' }),
  batchDayOf('2012-01-04', { state: 'running', rows: null, duration_ms: null }),
  batchDayOf('2012-01-05', { state: 'pending', rows: null, duration_ms: null, attempts: 0 }),
  batchDayOf('2012-01-06', { state: 'pending', rows: null, error: TIMED_OUT }),
];

describe('BatchDaysList', () => {
  const error = signal<Error | undefined>(undefined);
  const reload = vi.fn();
  let fixture: ComponentFixture<BatchDaysList>;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideTestApp()] });
    fixture = TestBed.createComponent(BatchDaysList);
    fixture.componentRef.setInput('read', { error, reload });
  });

  const element = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const texts = (selector: string): string[] => textsIn(element(), selector);

  it('shows of each day where it stands and why', () => {
    give(fixture, { days: DAYS });
    expect(texts('tbody tr')).toEqual([
      expect.stringMatching(/^2012-01-01.*成功.*2.*1.*12 毫秒/),
      expect.stringMatching(/^2012-01-02.*失败.*同步这一天超时。 TIMEOUT ?took 60 s/),
      expect.stringMatching(/^2012-01-03.*跳过.*此前已同步/),
      expect.stringMatching(/^2012-01-04.*进行中/),
      expect.stringMatching(/^2012-01-05.*未开始/),
      expect.stringMatching(/^2012-01-06.*等待重试.*TIMEOUT/),
    ]);
  });

  it('offers the states that there are, with their counts, and marks the chosen one', () => {
    give(fixture, { days: DAYS.slice(0, 3), state: 'running' });
    expect(texts('.states a')).toEqual(['全部 3', '失败 1', '进行中 0', '成功 1', '跳过 1']);
    expect(texts('.states [aria-current=true]')).toEqual(['进行中 0']);
    expect(texts('.ds-empty')).toEqual(['没有符合该状态的日期。']);
    give(fixture, { state: 'failed' });
    expect(texts('tbody tr')).toHaveLength(1);
    give(fixture, { days: DAYS.slice(4), state: 'to_retry' });
    expect(texts('.states a')).toEqual(['全部 2', '等待重试 1', '未开始 1']);
    expect(texts('tbody tr')).toEqual([expect.stringMatching(/^2012-01-06/)]);
  });

  it('puts state and day into the address by links, and turns pages', () => {
    const many = Array.from({ length: 250 }, (_, index) => batchDayOf(addDays(FIRST, index)));
    give(fixture, { days: many, page: 2 });
    expect(hrefsIn(element())).toEqual(
      expect.arrayContaining(['/?state=success', '/?day=2012-02-20']),
    );
    expect(texts('tbody tr')).toHaveLength(50);
    expect(texts('ds-pager .caption')).toEqual(['第 51–100 条，共 250 条']);
    const pages: number[] = [];
    fixture.componentInstance.turn.subscribe((page) => pages.push(page));
    for (const button of element().querySelectorAll<HTMLElement>('ds-pager button')) button.click();
    expect(pages).toEqual([1, 1, 3, 5]);
  });

  it('shows loading, an error and a later error differently', () => {
    give(fixture, { days: undefined });
    expect(texts('[role=status]')).toEqual(['正在加载各日结果…']);
    error.set(new HttpErrorResponse({ status: 500, error: { code: 'INTERNAL' } }));
    TestBed.tick();
    expect(texts('[role=alert] p')).toEqual(['各日结果加载失败：服务器内部错误。']);
    element().querySelector('button')?.click();
    expect(reload).toHaveBeenCalledOnce();
    give(fixture, { days: DAYS });
    expect(texts('[role=status] p')[0]).toContain('刷新失败');
    expect(texts('tbody tr')).toHaveLength(6);
  });
});
