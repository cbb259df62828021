import { beforeEach, describe, expect, it } from 'vitest';
import { signal, type WritableSignal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { Router } from '@angular/router';
import { calendarDay, type Progress } from '@daysync/progress';
import type { Dataset, DatasetsFile, Reloaded } from '../api/wire';
import { provideTestApp } from '../i18n/test-words';
import { provideFollowed } from '../live/live.fixture';
import { Session } from '../session/session';
import { completed, progressOf } from '../design/progress.fixture';
import { coverageOf, dailyInShanghai, datasetOf, NO_ATTENTION, TWO_GAPS } from './dataset.fixture';
import { DatasetsPage } from './datasets-page';
import { give, refuse, requestTo, succeed, textsIn } from '../design/page.fixture';

describe('DatasetsPage', () => {
  const isViewer = signal(false);
  let followed: WritableSignal<Progress | undefined>;
  let fixture: ComponentFixture<DatasetsPage>;

  beforeEach(() => {
    isViewer.set(false);
    followed = signal<Progress | undefined>(undefined);
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        provideFollowed(followed),
        { provide: Session, useValue: { isViewer } },
      ],
    });
    fixture = TestBed.createComponent(DatasetsPage);
    TestBed.tick();
  });

  async function answer(
    items: readonly Dataset[],
    file: DatasetsFile | null = null,
  ): Promise<void> {
    succeed('/datasets', { file, items });
    await fixture.whenStable();
  }
  async function fail(): Promise<void> {
    refuse(requestTo('/datasets'), 500, { code: 'INTERNAL' });
    await fixture.whenStable();
  }
  const element = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const texts = (selector: string): string[] => textsIn(element(), selector);
  const linkTo = (word: string): string | null | undefined =>
    [...element().querySelectorAll('a')]
      .find((link) => link.textContent.includes(word))
      ?.getAttribute('href');

  it('shows each dataset in a row that leads to its page', async () => {
    const at = new Date(Date.now() - 3.5 * 3_600_000).toISOString();
    const coverage = coverageOf({
      first_synced: calendarDay('2012-03-01'),
      last_synced: calendarDay('2012-03-31'),
      ...{ synced: 2_028, failed: 1, behind: 5_012, gaps: TWO_GAPS, last_batch: completed() },
      last_success: { day: calendarDay('2012-03-31'), at },
    });
    const schedule = dailyInShanghai({ next_runs: ['2099-05-09T22:30:00.000Z'] });
    const source_error = { code: 'SOURCE_FILE_MISSING', text: 'no file' };
    await answer([
      datasetOf({ coverage, schedule }),
      datasetOf({ name: 'other', title: { zh: '其他', en: 'Other' }, source_error }),
    ]);
    expect(texts('tbody tr > *')).toEqual([
      ...[
        '西雅图与纽约天气weather',
        '2,028 天 2012-03-01 – 2012-03-31落后 5,012 天',
        '2 个，共 3 天',
        '1 天',
      ],
      ...['3 小时前', '已完成', '2099年5月10日 06:30 Asia/Shanghai'],
      ...['其他other找不到来源文件。', '0 天', '0', '0', '—', '—', '—'],
    ]);
    expect(linkTo('西雅图与纽约天气')).toBe('/datasets/weather');
    expect(linkTo('1 天')).toBe('/records?dataset=weather&status=failed');
  });

  it('says which datasets are late', async () => {
    const at = '2024-03-09T08:00:00.000Z';
    const freshness = {
      ...{ time: '08:00', days: 1, late: true, late_since: at },
      ...{ due_day: calendarDay('2024-03-08'), due_at: at, next_day: null, next_at: null },
    };
    await answer([
      datasetOf({ freshness }),
      datasetOf({ name: 'fresh', freshness: { ...freshness, late: false, late_since: null } }),
    ]);
    expect(texts('tbody th')).toEqual([
      '西雅图与纽约天气weather未按时同步：2024-03-08',
      '西雅图与纽约天气fresh',
    ]);
  });

  it('has the datasets first that need a person, and says why', async () => {
    const attention = {
      ...NO_ATTENTION,
      rank: 1,
      needed: true,
      unusual_days: 1_200,
      quarantined_rows: 3,
    };
    await answer([datasetOf({ name: 'calm' }), datasetOf({ name: 'busy', attention })]);
    const names = (): string[] => texts('tbody code');
    expect(names()).toEqual(['busy', 'calm']);
    expect(texts('ds-attention-notes')[0]).toBe('1,200 天数据异常3 行在隔离区');
    expect(linkTo('数据异常')).toBe('/records?dataset=busy&unusual=true');
    expect(linkTo('隔离区')).toBe('/quarantine?dataset=busy');
    const first = (): HTMLElement | undefined =>
      [...element().querySelectorAll('button')].find(
        (one) => one.textContent.trim() === '需要处理的优先',
      );
    expect(first()).toBeUndefined();
    give(fixture, { sort: '-name' });
    expect(names()).toEqual(['calm', 'busy']);
    await TestBed.inject(Router).navigateByUrl('/?sort=-name');
    first()?.click();
    await fixture.whenStable();
    expect(TestBed.inject(Router).url).toBe('/');
  });

  it('sorts by a column, and keeps the order in the address', async () => {
    await answer([
      datasetOf({ name: 'a' }),
      datasetOf({ name: 'b', coverage: coverageOf({ failed: 2 }) }),
    ]);
    const names = (): string[] => texts('tbody code');
    const header = (word: string): HTMLElement | null =>
      [...element().querySelectorAll('th')].find((th) => th.textContent.includes(word)) ?? null;
    expect(names()).toEqual(['a', 'b']);
    header('失败')?.querySelector('button')?.click();
    await fixture.whenStable();
    expect(TestBed.inject(Router).url).toBe('/?sort=-failed');
    give(fixture, { sort: '-failed' });
    expect(names()).toEqual(['b', 'a']);
    expect(header('失败')?.getAttribute('aria-sort')).toBe('descending');
  });

  describe('the button of the datasets file', () => {
    const file = { version: 'v1', on_disk: 'v1', newer: null };
    const button = (): HTMLButtonElement | null => element().querySelector('ds-reload-file button');

    it('takes in a changed file, says what changed, and reads the datasets again', async () => {
      await answer([datasetOf()], { ...file, on_disk: 'v2' });
      expect(texts('ds-reload-file p')).toEqual([
        '数据集文件版本 v1',
        '磁盘上的数据集文件已更改，重新加载后生效。',
      ]);
      button()?.click();
      TestBed.tick();
      expect(button()?.getAttribute('aria-disabled')).toBe('true');
      const data: Reloaded = {
        ...{ version: 'v2', is_new: true, warnings: [] },
        datasets: {
          ...{ added: ['orders'], removed: ['old'] },
          changed: [{ name: 'weather', keys: ['throttle', 'target.columns.wind'] }],
        },
        webhooks: { added: [], removed: [], changed: [] },
        effects: ['dataset weather: the column `wind` is added to `weather_daily`'],
      };
      succeed('/datasets/reload', data);
      TestBed.tick();
      await answer([datasetOf()], { ...file, version: 'v2', on_disk: 'v2' });
      expect(texts('ds-reload-file p')).toEqual([
        '数据集文件版本 v2',
        '数据集文件已生效。',
        '新增 orders',
        '移除 old',
        '更改 weather（throttle、target.columns.wind）',
        'dataset weather: the column `wind` is added to `weather_daily`',
      ]);
    });

    it('lists every error of a file that is refused, and leads to the batch in its way', async () => {
      await answer([datasetOf()], file);
      button()?.click();
      TestBed.tick();
      const lines = ['datasets.yaml:2:5 datasets[0].name: expected …', 'datasets.yaml:9:5 …'];
      refuse(requestTo('/datasets/reload'), 422, { code: 'DATASETS_FILE_INVALID', lines });
      await fixture.whenStable();
      expect(texts('ds-reload-file [role=alert] p')).toEqual([
        '数据集文件有错误，未作任何更改。',
        ...lines,
      ]);
      button()?.click();
      TestBed.tick();
      refuse(requestTo('/datasets/reload'), 409, {
        code: 'DATASET_IN_USE',
        task_id: 't1',
        lines: ['weather: t1'],
      });
      await fixture.whenStable();
      expect(linkTo('查看批次')).toBe('/batches/t1');
    });

    it('is not there for a viewer, who still sees why a newer file is not in use', async () => {
      isViewer.set(true);
      await answer([datasetOf()], { ...file, newer: { version: 'v2', errors: ['no module'] } });
      expect(button()).toBeNull();
      expect(texts('ds-reload-file p')).toEqual([
        '数据集文件版本 v1',
        '其他进程已采用版本 v2 的数据集文件，但本进程无法采用；有差异的数据集不会在本进程中运行。',
        'no module',
      ]);
    });
  });

  it('shows loading, no datasets, an error and a later error differently', async () => {
    expect(texts('[role=status]')).toEqual(['正在加载数据集…']);
    await fail();
    expect(texts('[role=alert] p')).toEqual(['数据集加载失败：服务器内部错误。']);
    element().querySelector<HTMLElement>('[role=alert] button')?.click();
    TestBed.tick();
    await answer([]);
    expect(texts('.ds-empty p')[0]).toBe('尚未配置数据集。');
    followed.set(progressOf());
    TestBed.tick();
    await fail();
    expect(texts('[role=status] p')[0]).toContain('刷新失败');
    expect(texts('.ds-empty')).toHaveLength(1);
  });

  it('moves with the batch that goes on, and counts again when it has ended', async () => {
    const last_batch = progressOf();
    await answer([datasetOf({ coverage: coverageOf({ last_batch }) })]);
    followed.set(progressOf({ rev: 5, status: 'paused' }));
    TestBed.tick();
    expect(texts('ds-batch-badge')).toEqual(['已暂停']);
    await answer([datasetOf({ coverage: coverageOf({ last_batch }) })]);
    followed.set({ ...completed(), rev: 9 });
    TestBed.tick();
    expect(texts('ds-batch-badge')).toEqual(['已完成']);
    await answer([datasetOf({ coverage: coverageOf({ last_batch, synced: 9 }) })]);
    expect(texts('tbody td')[0]).toBe('9 天');
  });
});
