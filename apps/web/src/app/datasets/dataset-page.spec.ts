import { beforeEach, describe, expect, it, vi } from 'vitest';
import { signal, type WritableSignal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { calendarDay, type Progress } from '@daysync/progress';
import type { Dataset } from '../api/wire';
import { provideTestApp } from '../i18n/test-words';
import { provideFollowed } from '../live/live.fixture';
import { Session } from '../session/session';
import { completed, progressOf } from '../design/progress.fixture';
import { coverageOf, dailyInShanghai, datasetOf, TWO_GAPS } from './dataset.fixture';
import { DatasetPage } from './dataset-page';
import { buttonIn, give, refuse, requestTo, succeed, textsIn } from '../design/page.fixture';

describe('DatasetPage', () => {
  const isViewer = signal(false);
  let followed: WritableSignal<Progress | undefined>;
  let fixture: ComponentFixture<DatasetPage>;

  beforeEach(() => {
    // The DOM of the specs has no layout to scroll.
    Element.prototype.scrollIntoView = vi.fn();
    isViewer.set(false);
    followed = signal<Progress | undefined>(undefined);
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        provideFollowed(followed),
        { provide: Session, useValue: { isViewer } },
      ],
    });
    fixture = TestBed.createComponent(DatasetPage);
    give(fixture, { name: 'weather' });
  });

  function follow(progress: Progress): void {
    followed.set(progress);
    TestBed.tick();
  }
  async function answer(dataset: Dataset, yaml: string | null = null): Promise<void> {
    succeed('/datasets/weather', { ...dataset, yaml });
    await fixture.whenStable();
  }
  async function fail(): Promise<void> {
    refuse(requestTo('/datasets/weather'), 500, { code: 'INTERNAL' });
    await fixture.whenStable();
  }
  const element = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const texts = (selector: string): string[] => textsIn(element(), selector);
  const linkTo = (word: string): string | null | undefined =>
    [...element().querySelectorAll('a')]
      .find((link) => link.textContent.includes(word))
      ?.getAttribute('href');

  it('names the tab by the title of its dataset', async () => {
    await answer(datasetOf({ title: { zh: '天气', en: 'Weather' } }));
    expect(document.title).toBe('天气 · Daysync');
    fixture.destroy();
    TestBed.tick();
    expect(document.title).toBe('Daysync');
  });

  it('lists the rows of a dataset that have no readable day', async () => {
    const row = {
      ...{ file: 'data/weather.csv', row: 2_923, column: 'date' },
      code: 'SOURCE_DAY_UNREADABLE',
      text: 'row 2923, column "date": expected a date written yyyy-MM-dd, got "total"',
      content: 'total,"a\nb"',
    } as const;
    const found_at = '2026-05-09T00:00:00Z';
    const unreadable_rows = { count: 1_234, quarantined: 1_000, found_at, items: [row] };
    await answer(datasetOf({ unreadable_rows }));
    expect(texts('ds-unreadable-rows p')).toEqual([
      '1,234 行的日期无法识别，不属于任何一天。 SOURCE_DAY_UNREADABLE',
      '… 另有 1,233 行。',
      '其中 1,000 行已被隔离。',
      '其余行会正常同步。请在文件中修正或删除这些行。',
    ]);
    expect(texts('ds-unreadable-rows li')).toEqual([
      'data/weather.csv 第 2923 行，“date”列：应为格式为 yyyy-MM-dd 的日期，实际为 "total" total,"a b"',
    ]);
  });

  it('shows which days are there, and offers to fill the gaps', async () => {
    const coverage = coverageOf({
      first_synced: calendarDay('2012-03-01'),
      last_synced: calendarDay('2012-03-31'),
      synced: 2_028,
      failed: 1,
      gaps: TWO_GAPS,
    });
    await answer(datasetOf({ coverage }));
    expect(texts('h1')).toEqual(['西雅图与纽约天气']);
    expect(texts('.figures dd')).toEqual(['2,028 天', '1 天', '0 天', '2 个，共 3 天']);
    expect(texts('.lines dd')[0]).toBe('2012-03-01 至 2012-03-31');
    expect(texts('.actions button')).toEqual(['补齐 2 个缺口']);
    expect(linkTo('查看日历')).toBe('/calendar?dataset=weather');
    expect(linkTo('核对已同步日期…')).toBe(
      '/?dataset=weather&start_date=2012-03-01&end_date=2012-03-31&mode=verify_report&order=asc',
    );
    expect(linkTo('1 天')).toBe('/records?dataset=weather&status=failed');
  });

  it('says which synced days are not in the target, and offers those that lack a column', async () => {
    const range = { start_date: calendarDay('2012-03-01'), end_date: calendarDay('2012-03-28') };
    const table = 'orders_v2';
    const coverage = coverageOf({
      elsewhere: { table, days: 28, tables: ['orders'], range },
      incomplete: { table, days: 3, columns: ['discount', 'note'], range },
    });
    await answer(datasetOf({ coverage }));
    expect(texts('.ds-message')).toEqual([
      'orders_v2 是新表，缺少 28 个此前已同步的日期（数据仍在 orders 中，该表保持不变）。',
      '3 天的数据缺少 discount、note 列，请重新同步。',
    ]);
    expect(texts('.actions button')).toEqual([
      ...['重新同步 3 个缺少列的日期', '从旧目标迁移 28 天'],
    ]);
    follow(progressOf());
    // Without a table of before, there is nothing to move.
    const elsewhere = { table, days: 28, tables: [], range };
    await answer(datasetOf({ coverage: coverageOf({ elsewhere }) }));
    expect(texts('.actions button')).toEqual([]);
  });

  it('says where a dataset lands, and whether it can be reached', async () => {
    const { columns } = datasetOf().target;
    const checked_at = '2026-05-09T00:00:00Z';
    const text = 'expected strikes in ${LAKE} to be reachable, got ECONNREFUSED';
    await answer(
      datasetOf({
        target: {
          ...{ kind: 'postgres', table: 'strikes', place: 'strikes in ${LAKE}', columns },
          health: { checked_at, code: 'TARGET_UNREACHABLE', text },
        },
      }),
    );
    const [, , target] = texts('.lines dd');
    expect(target).toContain('strikes in ${LAKE}PostgreSQL 数据库无法访问TARGET_UNREACHABLE');
  });

  it('has nothing to fill or to report for a dataset that was never synced', async () => {
    await answer(datasetOf());
    expect(texts('.lines dd')).toEqual([
      ...['尚未同步', '暂无批次', 'weather_dailyDaysync 数据库中的表'],
    ]);
    expect(linkTo('补齐')).toBeUndefined();
  });

  it('shows the last failure in a sentence, and links to the day', async () => {
    const last_failure = {
      day: calendarDay('2012-03-07'),
      task_id: 't1',
      at: '2025-10-17T16:00:00.000Z',
      error: { code: 'TIMEOUT', text: 'took 60 s', row: null, column: null },
    };
    await answer(datasetOf({ coverage: coverageOf({ last_failure }) }));
    const [, , failure] = texts('.lines dd');
    expect(failure).toContain('2012-03-07同步这一天超时。TIMEOUTtook 60 s');
    expect(linkTo('2012-03-07')).toBe('/?day=2012-03-07&day_dataset=weather');
  });

  it('says why a source can not be read, and how it is set up', async () => {
    const source_error = { code: 'SOURCE_FILE_MISSING', text: 'no file' };
    await answer(datasetOf({ source_error }));
    expect(texts('.ds-message')).toEqual(['找不到来源文件。 SOURCE_FILE_MISSINGno file']);
    expect(texts('.facts dd').slice(0, 3)).toEqual(['data/weather.csv', 'date', '不限速']);
    expect(texts('tbody tr')).toEqual(['wind 浮点数 wind']);
  });

  it('says when it syncs by itself, and what became of the last time', async () => {
    const last_run = {
      due_at: '2026-05-08T22:30:00.000Z',
      at: '2026-05-08T22:30:00.100Z',
      outcome: 'skipped_overlap',
      task_id: 't1',
    } as const;
    const next_runs = ['2099-05-09T22:30:00.000Z', '2099-05-10T22:30:00.000Z'];
    const schedule = dailyInShanghai({ next_runs, last_run });
    await answer(datasetOf({ schedule }));
    expect(texts('ds-dataset-schedule dd')).toEqual([
      '30 6 * * *Asia/Shanghai最近 3 天 · 缺失和失败的日期',
      '2099年5月10日 06:302099年5月11日 06:30',
      '2026年5月9日 06:30已跳过：与进行中的批次日期重叠，下次运行时补上查看批次',
    ]);
    const link = element().querySelector('ds-dataset-schedule a');
    expect(link?.getAttribute('href')).toBe('/batches/t1');
  });

  describe('the schedule', () => {
    const press = async (word: string): Promise<void> => {
      buttonIn(element(), word).click();
      TestBed.tick();
      await fixture.whenStable();
    };

    it('is paused and resumed', async () => {
      await answer(datasetOf({ schedule: dailyInShanghai() }));
      await press('暂停定时同步');
      const paused = { at: '2026-05-09T00:00:00.000Z', by: 'ops' };
      const schedule = dailyInShanghai({ next_runs: [], paused });
      succeed('/datasets/weather/schedule/pause', schedule);
      TestBed.tick();
      await answer(datasetOf({ schedule }));
      expect(texts('ds-dataset-schedule .warning')[0]).toMatch(/^ops 于 .*暂停了定时同步。/);
      expect(texts('ds-dataset-schedule dd')[1]).toBe('无');
      await press('恢复定时同步');
      succeed('/datasets/weather/schedule/resume', dailyInShanghai());
      TestBed.tick();
      await answer(datasetOf({ schedule: dailyInShanghai() }));
      expect(texts('ds-dataset-schedule .warning')).toEqual([]);
    });

    it('runs now, and leads to its batch or to the one in its way', async () => {
      await answer(datasetOf({ schedule: dailyInShanghai() }));
      const link = (): string | null | undefined =>
        element().querySelector('ds-dataset-schedule .ds-message a')?.getAttribute('href');
      await press('立即运行');
      succeed('/schedule/run', { ...progressOf(), task_id: 'new' });
      await fixture.whenStable();
      expect(link()).toBe('/batches/new');
      await press('立即运行');
      refuse(requestTo('/schedule/run'), 409, { code: 'BATCH_OVERLAPS', task_id: 't9' });
      await fixture.whenStable();
      expect(link()).toBe('/batches/t9');
    });

    it('has no buttons for a viewer, who can neither test a day nor fill gaps', async () => {
      isViewer.set(true);
      const day = calendarDay('2012-03-01');
      const coverage = coverageOf({ first_synced: day, last_synced: day, gaps: TWO_GAPS });
      await answer(datasetOf({ schedule: dailyInShanghai(), coverage }));
      expect(texts('.figures dd')[3]).toBe('2 个，共 3 天');
      expect(linkTo('核对已同步日期…')).toBeUndefined();
      expect(texts('.actions button')).toEqual([]);
      expect(texts('ds-dataset-schedule button')).toEqual([]);
      expect(texts('ds-day-test section')).toEqual([]);
    });
  });

  it('tests a day, and shows its rows and what does not fit', async () => {
    const days = { first: calendarDay('2012-01-01'), last: calendarDay('2015-12-31') };
    const recent = { start_date: days.last, end_date: days.last };
    await answer(datasetOf({ source_days: { ...days, recent } }));
    element().querySelector<HTMLElement>('ds-day-test button[type=submit]')?.click();
    TestBed.tick();
    expect(texts('ds-day-test [role=status]')).toEqual(['正在获取 2015-12-31…']);
    const data = {
      ...{ dataset: 'weather', day: days.last, rows: 1_200, left_out: 0, fits: false },
      columns: [
        { source: 'wind', inferred: 'text', name: 'wind', type: 'real' },
        { source: 'spare', inferred: 'text', name: null, type: null },
      ],
      first_rows: [{ row: 7, values: ['calm', null] }],
      misfits: [{ column: 'wind', code: 'VALUE_INVALID', text: 'got "calm"', count: 1, row: 7 }],
      ...{ misfit_count: 1, failure: null },
    };
    succeed('/datasets/weather/days/2015-12-31/test', data);
    await fixture.whenStable();
    expect(texts('ds-day-test [role=status] p')).toEqual([
      '2015-12-31：共 1,200 行，1 个值不符合目标列。',
    ]);
    expect(texts('ds-day-test thead th').slice(-3)).toEqual(['行', 'wind real', 'spare 未使用']);
    expect(texts('ds-day-test tbody tr').at(-1)).toBe('7calm—');
  });

  it('shows its entry in the datasets file, and says where there is none', async () => {
    const yaml = '- name: weather\n  attempts: 3';
    await answer(datasetOf(), yaml);
    expect(element().querySelector('pre')?.textContent).toBe(yaml);
    fixture.componentRef.setInput('name', 'weather');
    follow(progressOf());
    await answer(datasetOf());
    expect(texts('[aria-labelledby=dataset-yaml] p')).toEqual([
      '此数据集在代码中定义，数据集文件中没有对应的配置。',
    ]);
  });

  it('shows loading, an error and a later error differently', async () => {
    expect(texts('[role=status]')).toEqual(['正在加载数据集…']);
    await fail();
    expect(texts('[role=alert] p')).toEqual(['数据集加载失败：服务器内部错误。']);
    element().querySelector<HTMLElement>('[role=alert] button')?.click();
    TestBed.tick();
    await answer(datasetOf());
    follow(progressOf());
    await fail();
    expect(texts('[role=status] p')[0]).toContain('刷新失败');
    expect(texts('h1')).toEqual(['西雅图与纽约天气']);
  });

  it('does not offer gaps again whose days an active batch has', async () => {
    const range = { start_date: calendarDay('2025-10-03'), end_date: calendarDay('2025-10-05') };
    const gaps = { count: 1, days: 3, first: range, range };
    await answer(datasetOf({ coverage: coverageOf({ gaps }) }));
    expect(texts('.actions button')).toContain('补齐 1 个缺口');
    follow(progressOf({ status: 'queued' }));
    expect(texts('.actions button')).not.toContain('补齐 1 个缺口');
    expect(element().querySelector('p.ds-message')?.textContent).toContain('缺口中的日期已在');
  });

  it('moves with the batch that goes on, and counts again when it has ended', async () => {
    const last_batch = progressOf();
    await answer(datasetOf({ coverage: coverageOf({ last_batch }) }));
    follow(progressOf({ rev: 5, status: 'paused' }));
    expect(texts('ds-batch-badge')).toEqual(['已暂停']);
    await answer(datasetOf({ coverage: coverageOf({ last_batch }) }));
    follow({ ...completed(), rev: 9 });
    expect(texts('ds-batch-badge')).toEqual(['已完成']);
    await answer(datasetOf({ coverage: coverageOf({ last_batch, synced: 9 }) }));
    expect(texts('.figures dd')[0]).toBe('9 天');
  });
});
