import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpTestingController } from '@angular/common/http/testing';
import { computed, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { calendarDay, listDays, type Progress } from '@daysync/progress';
import { Subject } from 'rxjs';
import type { BatchDay, Dataset, RecordCalendar, RecordedDay } from '../api/wire';
import { datasetOf } from '../datasets/dataset.fixture';
import { giveDialogsTheirMethods } from '../day-panel/day.fixture';
import { provideTestApp } from '../i18n/test-words';
import { ActiveBatch } from '../live/active-batch';
import { batchDayOf } from '../live/batch-day.fixture';
import { DayChanges } from '../live/day-changes';
import { RecordEdits } from '../live/record-edits';
import { completed, progressOf } from '../design/progress.fixture';
import { CalendarPage } from './calendar-page';
import { recorded } from './recorded-day.fixture';
import { pageIn, refuse, settle, succeed } from '../design/page.fixture';

const day = calendarDay;

function calendarOf(...items: readonly RecordedDay[]): RecordCalendar {
  const gaps = { count: 0, days: 0, first: null, range: null };
  return {
    ...{ dataset: 'weather', today: day('2012-12-31'), items },
    ...{ start_date: items[0]?.day ?? null, end_date: items.at(-1)?.day ?? null },
    ...{ synced: 0, failed: 0, empty: 0, gaps, not_expected: [], settled: [] },
  };
}

const SOME = calendarOf(
  recorded('2012-03-01'),
  recorded('2012-03-04', { status: 'failed', rows: null, error_code: 'TIMEOUT', synced: false }),
  recorded('2012-03-06'),
);

describe('CalendarPage', () => {
  const progress = signal<Progress | undefined>(undefined);
  /** A batch that was over before. */
  const ended = signal<Progress | undefined>(undefined);
  const batches = computed(() => [progress(), ended()].filter((batch) => batch !== undefined));
  let changes: Subject<readonly BatchDay[]>;
  let page: HTMLElement;
  let harness: RouterTestingHarness;

  beforeEach(() => {
    // The dataset that another spec chose.
    localStorage.clear();
    // The DOM of the specs has no layout to scroll.
    Element.prototype.scrollIntoView = vi.fn();
    progress.set(undefined);
    ended.set(undefined);
    changes = new Subject();
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        provideRouter(
          [
            { path: 'calendar', component: CalendarPage },
            { path: '**', children: [] },
          ],
          withComponentInputBinding(),
        ),
        { provide: ActiveBatch, useValue: { progress, batches } },
        { provide: DayChanges, useValue: { of: () => changes } },
      ],
    });
  });

  async function open(
    address = '/calendar',
    datasets: readonly Dataset[] | 'later' = [],
  ): Promise<void> {
    harness = await RouterTestingHarness.create();
    await harness.navigateByUrl(address, CalendarPage);
    page = pageIn(harness);
    if (datasets !== 'later') await answerDatasets(datasets);
  }

  async function answerDatasets(items: readonly Dataset[]): Promise<void> {
    succeed('/datasets', { items });
    await settle();
  }

  const http = (): HttpTestingController => TestBed.inject(HttpTestingController);
  const asked = () => http().expectOne(({ url }) => url.endsWith('/records/calendar'));

  /** Opens the page on some days of March 2012. */
  async function openDrawn(address?: string): Promise<void> {
    await open(address);
    await answer(SOME);
    await drawn();
  }

  /** Until every year has been drawn. */
  async function drawn(): Promise<void> {
    while (!/缺口，共|没有缺口/.test(page.textContent)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      TestBed.tick();
    }
  }

  /** Years are drawn anew in turn. */
  async function redrawn(check: () => void): Promise<void> {
    await vi.waitFor(() => {
      TestBed.tick();
      check();
    }, 60_000);
  }

  async function answer(data: RecordCalendar): Promise<void> {
    asked().flush({ status: 'success', data });
    await settle();
  }

  async function fail(): Promise<void> {
    refuse(asked(), 500, { code: 'INTERNAL' });
    await settle();
  }

  const cell = (on: string): HTMLElement => {
    const found = page.querySelector<HTMLElement>(`td[data-day='${on}']`);
    if (found === null) throw new Error(`expected a cell of ${on}`);
    return found;
  };
  const stateOf = (on: string): string | undefined => cell(on).dataset['state'];
  const button = (text: string): HTMLElement | undefined =>
    [...page.querySelectorAll<HTMLElement>('button, a')].find(
      (one) => one.textContent.trim() === text,
    );

  it('says when nothing has ever been synced, and leads to the start', async () => {
    await open();
    await answer(calendarOf());
    expect(page.textContent).toContain('该数据集尚未同步');
    expect(button('开始同步')?.getAttribute('href')).toBe('/?dataset=weather');
    expect(page.querySelector('td')).toBeNull();
  });

  it('says why it could not be read, and reads it again', async () => {
    await open();
    expect(page.textContent).toContain('正在加载日历…');
    expect(page.querySelectorAll('.ds-skeleton').length).toBeGreaterThan(3);
    await fail();
    expect(page.querySelector('[role=alert]')?.textContent).toContain(
      '日历加载失败：服务器内部错误',
    );
    button('重试')?.click();
    await settle();
    await answer(SOME);
    await drawn();
    expect(stateOf('2012-03-01')).toBe('synced');
  });

  it('draws a cell a day, with its state, its name and the gaps between', async () => {
    await openDrawn();
    expect(page.querySelectorAll('td[data-day]')).toHaveLength(366);
    const states = listDays(day('2012-02-29'), day('2012-03-07')).map(stateOf);
    expect(states.join(' ')).toBe('missing synced gap gap failed gap synced missing');
    expect(cell('2012-03-01').getAttribute('aria-label')).toBe('2012-03-01，已同步，2 行');
    expect(cell('2012-03-04').getAttribute('aria-label')).toBe(
      '2012-03-04，失败，同步这一天超时。',
    );
    expect(cell('2012-12-31').getAttribute('aria-current')).toBe('date');
    expect(page.textContent).toContain('1 个缺口，共 4 天');
    expect(button('补齐 1 个缺口')).toBeDefined();
  });

  it('keeps an open form of the gaps while the datasets come, and other years with them', async () => {
    await open('/calendar?dataset=weather', 'later');
    await settle();
    // Without its source, the years reach up to today.
    await answer({ ...SOME, today: day('2013-12-31') });
    await drawn();
    expect(page.querySelector("td[data-day='2013-01-01']")).not.toBeNull();
    button('补齐 1 个缺口')?.click();
    TestBed.tick();
    const list = page.querySelector('ds-gap-list');
    const [first, last] = [day('2012-01-01'), day('2012-12-31')];
    const recent = { start_date: day('2012-12-22'), end_date: last };
    await answerDatasets([datasetOf({ source_days: { first, last, recent } })]);
    await redrawn(() => {
      expect(page.querySelector("td[data-day='2013-01-01']")).toBeNull();
    });
    await drawn();
    expect(list?.isConnected).toBe(true);
    expect(button('补齐 1 个缺口')?.getAttribute('aria-expanded')).toBe('true');
  });

  it('says of a marked day who has marked it and why, and reads it again when that changes', async () => {
    await open();
    const range = (on: string) => ({ start_date: day(on), end_date: day(on) });
    const settled_at = '2012-04-01T00:00:00.000Z';
    const marked = (reason: string): RecordCalendar => ({
      ...SOME,
      not_expected: [range('2012-03-02'), range('2012-03-03'), range('2012-03-05')],
      settled: [
        { ...range('2012-03-02'), reason, settled_by: 'ana', settled_at },
        { ...range('2012-03-03'), reason, settled_by: null, settled_at },
      ],
    });
    await answer(marked('停电'));
    await drawn();
    const labels = (): (string | null)[] =>
      ['2012-03-02', '2012-03-03', '2012-03-05'].map((on) => cell(on).getAttribute('aria-label'));
    expect(labels()).toEqual([
      '2012-03-02，非数据日，ana 标记，原因：停电',
      '2012-03-03，非数据日，标记原因：停电',
      '2012-03-05，非数据日',
    ]);
    expect(page.textContent).toContain('1 个缺口，共 1 天');
    TestBed.inject(RecordEdits).note();
    await settle();
    await answerDatasets([]);
    await answer(marked('停机'));
    await redrawn(() => expect(labels()[1]).toBe('2012-03-03，非数据日，标记原因：停机'));
  });

  it('keeps what it shows when it can not be refreshed, and says so', async () => {
    progress.set(progressOf());
    await openDrawn();
    progress.set(completed());
    await settle();
    await answerDatasets([]);
    await fail();
    expect(page.textContent).toContain('刷新失败，当前显示的是之前的内容');
    expect(stateOf('2012-03-01')).toBe('synced');
  });

  it('colours the days of a batch while it runs, and reloads them at its end', async () => {
    await openDrawn();
    progress.set(progressOf());
    await settle();
    const of = (on: string, state: BatchDay['state']): BatchDay =>
      batchDayOf(on, { state, rows: state === 'success' ? 5 : null });
    const unchanged = cell('2012-03-06');
    changes.next([of('2012-03-02', 'running'), of('2012-03-03', 'pending')]);
    await redrawn(() => {
      expect([stateOf('2012-03-02'), stateOf('2012-03-03')]).toEqual(['running', 'waiting']);
    });
    changes.next([of('2012-03-02', 'success')]);
    await redrawn(() => {
      expect(cell('2012-03-02').getAttribute('aria-label')).toBe('2012-03-02，已同步，5 行');
    });
    expect(cell('2012-03-06')).toBe(unchanged);

    progress.set(completed());
    await settle();
    await answer(calendarOf(recorded('2012-03-01'), recorded('2012-03-02')));
    await redrawn(() => expect(stateOf('2012-03-03')).toBe('missing'));
    expect(page.textContent).toContain('没有缺口。');
  });

  it('shows the days of a batch that waits in the queue, while another dataset is synced', async () => {
    ended.set(progressOf({ task_id: 'queued', status: 'queued' }));
    progress.set(progressOf({ dataset: 'birdstrikes' }));
    await openDrawn();
    changes.next([batchDayOf('2012-03-03', { state: 'pending', rows: null, attempts: 0 })]);
    await redrawn(() => expect(stateOf('2012-03-03')).toBe('waiting'));
    ended.set(undefined);
    progress.set(undefined);
  });

  it('reads nothing twice where a batch ended before it was opened, or for another dataset', async () => {
    ended.set({ ...completed(), task_id: 'before' });
    await openDrawn();
    http().expectNone(() => true);
    progress.set(progressOf({ dataset: 'birdstrikes' }));
    await settle();
    http().expectNone(() => true);
    expect(changes.observed).toBe(false);
  });

  it('selects by Shift, says so, puts it into the address, and clears it by Escape', async () => {
    await openDrawn();
    const press = (key: string, shiftKey = false): void => {
      const event = new KeyboardEvent('keydown', { key, shiftKey, bubbles: true });
      document.activeElement?.dispatchEvent(event);
    };
    cell('2012-03-01').focus();
    press('ArrowRight', true);
    press('ArrowDown', true);
    await settle();
    expect(document.activeElement).toBe(cell('2012-03-09'));
    expect(page.textContent).toContain('已选 2012-03-01 至 2012-03-09，9 天');
    expect(page.querySelectorAll('td[aria-selected=true]')).toHaveLength(9);
    expect(page.querySelectorAll("td[tabindex='0']")).toHaveLength(1);
    expect(button('同步这些日期…')).toBeDefined();
    const address = '/calendar?dataset=weather&start_date=2012-03-01&end_date=2012-03-09';
    await vi.waitFor(() => expect(TestBed.inject(Router).url).toBe(address), 60_000);
    press('Escape');
    await settle();
    expect(page.textContent).not.toContain('已选');
  });

  it('opens with the ranges of the address, keeps one that is added by Ctrl, and drops them with the dataset', async () => {
    await openDrawn(
      '/calendar?start_date=2012-03-01&end_date=2012-03-02&also=2012-05-01_2012-05-03,x',
    );
    expect(page.textContent).toContain('已选 2 段，共 5 天');
    expect(page.querySelectorAll('td[aria-selected=true]')).toHaveLength(5);
    cell('2012-07-01').focus();
    const space = new KeyboardEvent('keydown', { key: ' ', ctrlKey: true, bubbles: true });
    cell('2012-07-01').dispatchEvent(space);
    await settle();
    expect(page.textContent).toContain('已选 3 段，共 6 天');
    const also = 'also=2012-03-01_2012-03-02,2012-05-01_2012-05-03';
    await vi.waitFor(
      () => expect(decodeURIComponent(TestBed.inject(Router).url)).toContain(also),
      60_000,
    );
    await TestBed.inject(Router).navigateByUrl('/calendar?dataset=birdstrikes');
    await settle();
    await answer({ ...SOME, dataset: 'birdstrikes' });
    expect(page.textContent).not.toContain('已选');
  });

  it('opens a day by Enter', async () => {
    await openDrawn();
    const enter = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true });
    giveDialogsTheirMethods();
    cell('2012-03-01').dispatchEvent(enter);
    await settle();
    expect(TestBed.inject(Router).url).toBe('/calendar?dataset=weather&day=2012-03-01');
  });

  it('opens the panel of the address once the dataset is known', async () => {
    giveDialogsTheirMethods();
    await open('/calendar?day=2012-03-01');
    expect(page.querySelector('ds-day-sheet')).toBeNull();
    await answer(SOME);
    while (page.querySelector('ds-day-sheet') === null) await settle();
    http().expectNone(({ url }) => url.includes('/records//'));
  });

  it('asks for the years of the address, and for fewer days where the server shows fewer', async () => {
    await open('/calendar?from=2001');
    const first = asked();
    expect(first.request.params.get('start_date')).toBe('2001-01-01');
    expect(first.request.params.get('end_date')).toBe('2010-12-31');
    refuse(first, 400, { code: 'RANGE_TOO_LARGE', limit: 800 });
    await settle();
    const second = asked();
    expect(second.request.params.get('end_date')).toBe('2002-12-31');
  });
});
