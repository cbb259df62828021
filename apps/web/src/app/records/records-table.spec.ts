import { beforeEach, describe, expect, it } from 'vitest';
import type { TestRequest } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { calendarDay, type Progress } from '@daysync/progress';
import { DatasetTitles } from '../api/dataset-titles';
import type { RecordPage, SyncRecord } from '../api/wire';
import { provideTestApp } from '../i18n/test-words';
import { ActiveBatch } from '../live/active-batch';
import { completed } from '../design/progress.fixture';
import { recordOf as recordOfDay } from '../day-panel/day.fixture';
import { DEFAULT_QUERY, type RecordsQuery } from './records-query';
import { RecordsTable } from './records-table';
import { give, hrefsIn, refuse, requestTo, succeed, textsIn } from '../design/page.fixture';

const recordOf = (changes: Partial<SyncRecord> = {}): SyncRecord =>
  recordOfDay({ day: calendarDay('2015-12-31'), ...changes });

const pageOf = (items: readonly SyncRecord[], total = items.length): RecordPage => ({
  ...{ items, page: 1, page_size: 50, total },
});

describe('RecordsTable', () => {
  let fixture: ComponentFixture<RecordsTable>;
  let queries: RecordsQuery[];
  const batches = signal<readonly Progress[] | undefined>([]);

  beforeEach(() => {
    batches.set([]);
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        {
          provide: ActiveBatch,
          useValue: { batches, progress: signal(undefined), apply: () => undefined },
        },
      ],
    });
    fixture = TestBed.createComponent(RecordsTable);
    fixture.componentRef.setInput('query', DEFAULT_QUERY);
    queries = [];
    fixture.componentInstance.queryChange.subscribe((query) => queries.push(query));
    TestBed.tick();
  });

  const element = (): HTMLElement => fixture.nativeElement as HTMLElement;

  async function answer(data: RecordPage): Promise<void> {
    succeed('/records', data);
    await fixture.whenStable();
  }

  async function fail(): Promise<void> {
    refuse(requestTo('/records'), 500, { code: 'INTERNAL' });
    await fixture.whenStable();
  }

  async function endBatch(): Promise<void> {
    batches.update((before = []) => [{ ...completed(), task_id: `t${before.length}` }, ...before]);
    TestBed.tick();
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
  }

  async function click(text: string): Promise<void> {
    [...element().querySelectorAll('button')]
      .find((button) => button.textContent.trim().startsWith(text))
      ?.click();
    TestBed.tick();
  }

  it('shows the outcome of each day in words, and leads to its panel', async () => {
    const error = { code: 'TIMEOUT', text: 'took 60 s', row: null, column: null };
    await answer(
      pageOf([
        recordOf(),
        recordOf({ day: calendarDay('2015-12-30'), status: 'skipped', reason: 'no_data', rows: 0 }),
        recordOf({ day: calendarDay('2015-12-29'), status: 'failed', rows: null, error }),
      ]),
    );
    const rows = textsIn(element(), 'tbody tr');
    expect(rows).toHaveLength(3);
    expect(rows[0]).toContain('成功');
    expect(rows[1]).toContain('来源没有这一天的数据');
    expect(rows[2]).toContain('同步这一天超时。');
    expect(rows[2]).toContain('TIMEOUT');
    const link = element().querySelector('tbody a');
    expect(link?.getAttribute('href')).toBe('/?day=2015-12-31&day_dataset=weather');
  });

  it('asks for another order and another page', async () => {
    await answer(pageOf([recordOf()], 120));
    expect(element().querySelector('[aria-sort=descending]')?.textContent).toContain('日期');
    await click('行数');
    await click('下一页');
    expect(queries).toEqual([
      { ...DEFAULT_QUERY, sort: 'rows' },
      { ...DEFAULT_QUERY, page: 2 },
    ]);
    expect(element().textContent).toContain('第 1–50 条，共 120 条');
  });

  it('calls a dataset by its title, as the filter does', async () => {
    TestBed.inject(DatasetTitles).learn([
      { name: 'weather', title: { zh: '天气', en: 'Weather' }, time_zone: 'UTC' },
    ]);
    fixture.componentRef.setInput('selectable', true);
    await answer(pageOf([recordOf()]));
    expect(element().querySelector('td.dataset')?.textContent).toBe('天气');
    expect(element().querySelectorAll('input')[1]?.ariaLabel).toBe('选择 天气 的 2015-12-31');
  });

  it('syncs selected days again, a batch for each dataset', async () => {
    fixture.componentRef.setInput('selectable', true);
    await answer(
      pageOf([
        recordOf(),
        recordOf({ day: calendarDay('2015-12-30') }),
        recordOf({ dataset: 'orders' }),
      ]),
    );
    const boxes = (): HTMLInputElement[] => [...element().querySelectorAll('input')];
    const check = async (index: number): Promise<void> => {
      boxes()[index]?.click();
      TestBed.tick();
      await fixture.whenStable();
      TestBed.tick();
    };
    expect(boxes().map((box) => box.ariaLabel)).toEqual([
      '全选本页',
      '选择 weather 的 2015-12-31',
      '选择 weather 的 2015-12-30',
      '选择 orders 的 2015-12-31',
    ]);
    await check(1);
    expect(element().querySelector('ds-records-retry')?.textContent).toContain('已选择 1 天');
    expect(boxes()[0]?.indeterminate).toBe(true);
    await check(0);
    expect(boxes().every(({ checked }) => checked)).toBe(true);
    await click('重新同步 3 天');
    const sent = (): TestRequest => requestTo('/records/retry');
    const first = sent();
    expect(first.request.body).toEqual({ dataset: 'weather', days: ['2015-12-31', '2015-12-30'] });
    first.flush({ status: 'success', data: { ...completed(), task_id: 'new' } });
    const second = sent();
    expect(second.request.body).toEqual({ dataset: 'orders', days: ['2015-12-31'] });
    refuse(second, 409, { code: 'BATCH_OVERLAPS', task_id: 't9' });
    await fixture.whenStable();
    expect(hrefsIn(element(), 'ds-records-retry a')).toEqual(['/batches/new', '/batches/t9']);
    expect(element().querySelector('ds-records-retry [role=alert]')?.textContent).toContain(
      '无法重新同步',
    );
  });

  it('leads back from a page that there is not', async () => {
    await answer(pageOf([recordOf()], 120));
    give(fixture, { query: { ...DEFAULT_QUERY, page: 9 } });
    await answer({ ...pageOf([], 120), page: 9 });
    expect(element().textContent).toContain('该页不存在');
    expect(element().textContent).not.toContain('暂无同步记录');
    await click('前往最后一页');
    expect(queries).toEqual([{ ...DEFAULT_QUERY, page: 3 }]);
  });

  it('asks for pages of another size', async () => {
    await answer(pageOf([recordOf()], 120));
    const select = element().querySelector('select');
    if (select !== null) select.value = '20';
    select?.dispatchEvent(new Event('change'));
    expect(queries).toEqual([{ ...DEFAULT_QUERY, page_size: 20 }]);
  });

  it('has a different content in each of its five states', async () => {
    const parts = ['.loading', '.ds-empty', '.filtered', '[role=alert]', '.warning', 'table'];
    const seen = (): [string, string] => [
      parts.filter((part) => element().querySelector(part) !== null).join(' '),
      element().textContent,
    ];
    const shows = (parts: string, text: string): void =>
      expect(seen()).toEqual([parts, expect.stringContaining(text)]);
    shows('.loading', '正在加载同步记录…');
    await fail();
    shows('[role=alert]', '服务器内部错误。');
    await click('重试');
    await answer(pageOf([]));
    shows('.ds-empty', '暂无同步记录');
    give(fixture, { query: { ...DEFAULT_QUERY, status: 'failed' } });
    await answer(pageOf([]));
    shows('.ds-empty .filtered', '没有符合筛选条件的记录');
    give(fixture, { query: DEFAULT_QUERY });
    await answer(pageOf([recordOf()]));
    await endBatch();
    shows('table', '2015-12-31');
    await fail();
    shows('.warning table', '刷新失败');
    expect(element().querySelectorAll('tbody tr')).toHaveLength(1);
  });
});
