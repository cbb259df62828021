import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpTestingController, type TestRequest } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { calendarDay, type Progress } from '@daysync/progress';
import type { DayHistoryPage } from '../api/wire';
import { provideTestApp } from '../i18n/test-words';
import { provideFollowed } from '../live/live.fixture';
import { Session } from '../session/session';
import { progressOf } from '../design/progress.fixture';
import { giveDialogsTheirMethods, historyOf, historyPage, recordOf, rowsOf } from './day.fixture';
import { buttonIn, give } from '../design/page.fixture';
import { DaySheet } from './day-sheet';

const HISTORY = '/api/v1/sync-status/records/weather/2012-03-01/history';
const ROWS = '/api/v1/sync-status/datasets/weather/days/2012-03-01/rows';

describe('DaySheet', () => {
  let fixture: ComponentFixture<DaySheet>;
  let http: HttpTestingController;
  let opener: HTMLButtonElement;
  let left: number;
  const isViewer = signal(false);
  const progress = signal<Progress | undefined>(undefined);

  beforeEach(() => {
    giveDialogsTheirMethods();
    progress.set(undefined);
    isViewer.set(false);
    left = 0;
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        provideFollowed(progress),
        { provide: Session, useValue: { isViewer } },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    opener = document.body.appendChild(document.createElement('button'));
    opener.focus();
    fixture = TestBed.createComponent(DaySheet);
    document.body.append(fixture.nativeElement as HTMLElement);
    fixture.componentRef.setInput('dataset', 'weather');
    fixture.componentRef.setInput('day', calendarDay('2012-03-01'));
    fixture.componentInstance.closed.subscribe(() => (left += 1));
    TestBed.tick();
  });
  afterEach(() => opener.remove());

  const element = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const asked = (path: string): TestRequest => http.expectOne(({ url }) => url === path);
  const dialog = (): HTMLDialogElement => {
    const found = element().querySelector('dialog');
    if (found === null) throw new Error('expected a dialog');
    return found;
  };
  const hrefs = (): Record<string, string | null> =>
    Object.fromEntries(
      [...element().querySelectorAll('a')].map((a) => [
        a.textContent.trim(),
        a.getAttribute('href'),
      ]),
    );

  /** Draws what has come; some requests are still open, so that it is never quite stable. */
  async function settled(): Promise<void> {
    TestBed.tick();
    await vi.dynamicImportSettled();
    TestBed.tick();
  }
  async function answer(path: string, data: unknown): Promise<void> {
    asked(path).flush({ status: 'success', data });
    await settled();
  }
  async function fail(path: string): Promise<void> {
    asked(path).flush({ code: 'INTERNAL' }, { status: 500, statusText: 'Error' });
    await settled();
  }
  async function show(history: DayHistoryPage): Promise<void> {
    await answer(HISTORY, history);
    await answer(ROWS, rowsOf([]));
  }
  async function press(text: string): Promise<void> {
    buttonIn(element(), text).click();
    await settled();
  }

  it('is called by its dataset’s title and its day, and lies over the page', async () => {
    const title = { zh: '天气', en: 'Weather' };
    const items = [{ name: 'weather', title }];
    await answer('/api/v1/sync-status/datasets', { items });
    expect(element().querySelector('h2')?.textContent).toContain('天气');
    expect(element().querySelector('time')?.textContent).toBe('2012-03-01');
    expect(dialog().open).toBe(true);
  });

  it('shows the record, what batches came to, and the rows', async () => {
    await answer(HISTORY, historyPage());
    await answer(ROWS, rowsOf([{ location: 'Seattle', wind: 4.7 }]));
    const text = element().textContent;
    for (const part of ['成功', '2 行', '尝试 1 次', 'Seattle', '4.7'])
      expect(text).toContain(part);
    expect(hrefs()['t1']).toBe('/batches/t1');
  });

  it('says so where the day was never tried', async () => {
    await show(historyPage({ record: null, items: [] }));
    expect(element().textContent).toContain('这一天尚未同步。');
    expect(element().textContent).toContain('没有批次包含这一天。');
    expect(element().textContent).toContain('目标表中没有这一天的数据。');
    expect(element().querySelector('ds-day-log')).toBeNull();
  });

  it('has the log of a day that a batch has tried, also without a result yet', async () => {
    await show(historyPage({ record: null, items: [historyOf({ state: 'pending' })] }));
    expect(element().querySelector('ds-day-log')).not.toBeNull();
  });

  it('leads to the days beside it and to the records of its month, and offers a start of its own', () => {
    expect(hrefs()).toMatchObject({
      前一天: '/?day=2012-02-29',
      后一天: '/?day=2012-03-02',
      当月记录: '/records?dataset=weather&start_date=2012-03-01&end_date=2012-03-31',
    });
    expect(element().querySelector('.again')?.textContent.trim()).toBe('重新同步这一天');
  });

  it('offers no start to a viewer', () => {
    isViewer.set(true);
    TestBed.tick();
    expect(Object.keys(hrefs())).toEqual(['前一天', '后一天', '当月记录']);
    expect(element().querySelector('.again')).toBeNull();
  });

  it('offers no start of a day that a batch would skip, and to mark one that is missing', async () => {
    await show(historyPage({ expected: false, record: null, items: [] }));
    expect(element().textContent).toContain('这一天是非数据日，批次会跳过。');
    expect(element().querySelector('.again')).toBeNull();
    give(fixture, { day: calendarDay('2012-03-02') });
    await answer(
      HISTORY.replace('03-01', '03-02'),
      historyPage({ missing: true, record: null, items: [] }),
    );
    expect(element().querySelector('.again')?.textContent.trim()).toBe('同步这一天');
    expect(element().querySelector('ds-day-settlement')?.textContent.trim()).toBe(
      '标记为非数据日…',
    );
  });

  it('knows nothing of another day until that has come', async () => {
    await show(historyPage());
    give(fixture, { day: calendarDay('2012-03-02') });
    expect(element().textContent).not.toContain('尝试 1 次');
    expect(element().textContent).toContain('正在加载这一天的详情…');
    await answer(HISTORY.replace('03-01', '03-02'), historyPage({ items: [] }));
    expect(element().textContent).toContain('没有批次包含这一天。');
  });

  it('turns the pages of its batches, and restarts with another day', async () => {
    const items = [historyOf({ task_id: 'newest' })];
    await show(historyPage({ items, total: 11 }));
    await press('下一页');
    const request = asked(HISTORY);
    expect(request.request.params.get('page')).toBe('2');
    const second = historyPage({ items: [historyOf({ task_id: 'oldest' })], page: 2, total: 11 });
    request.flush({ status: 'success', data: second });
    await settled();
    expect(Object.values(hrefs())).toContain('/batches/oldest');
    give(fixture, { day: calendarDay('2012-03-02') });
    const next = asked(HISTORY.replace('03-01', '03-02'));
    expect(next.request.params.get('page')).toBe('1');
  });

  it('offers to try again what could not be read, and keeps what it shows', async () => {
    await fail(HISTORY);
    expect(element().querySelector('[role=alert]')?.textContent).toContain('这一天的详情加载失败');
    await answer(ROWS, rowsOf([]));
    await press('重试');
    await answer(HISTORY, historyPage());
    expect(element().querySelector('[role=alert]')).toBeNull();
  });

  it('is read again while a batch of its dataset goes on, the rows only when it was tried again', async () => {
    await show(historyPage());
    progress.set(progressOf({ finished: 1 }));
    await settled();
    await answer(HISTORY, historyPage());
    http.expectNone(ROWS);

    progress.set(progressOf({ finished: 10, finished_at: '2025-10-18T00:00:00.000Z' }));
    await settled();
    await fail(HISTORY);
    expect(element().textContent).toContain('刷新失败');
    expect(element().textContent).toContain('尝试 1 次');
    await press('重试');
    const record = recordOf({ last_tried_at: '2025-10-18T00:00:00.000Z' });
    await answer(HISTORY, historyPage({ record }));
    await answer(ROWS, rowsOf([{ location: 'Seattle', wind: null }]));
    expect(element().textContent).toContain('NULL');
  });

  it('leaves once it is closed, by its button or beside it, and not by a click inside', () => {
    element().querySelector('h2')?.click();
    expect(left).toBe(0);
    element().querySelector<HTMLButtonElement>('button[aria-label=关闭]')?.click();
    expect(left).toBe(1);
    dialog().showModal();
    dialog().click();
    expect(left).toBe(2);
  });

  it('hands the focus back when it goes', () => {
    element().querySelector('button')?.focus();
    fixture.destroy();
    expect(document.activeElement === opener).toBe(true);
  });

  it('hands it to the page where what opened it has gone', () => {
    const main = document.body.appendChild(document.createElement('main'));
    main.id = 'main';
    main.tabIndex = -1;
    opener.remove();
    fixture.destroy();
    expect(document.activeElement === main).toBe(true);
    main.remove();
  });
});
