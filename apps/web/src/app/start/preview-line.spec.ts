import { beforeEach, describe, expect, it } from 'vitest';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { calendarDay, type DayRange, type Language } from '@daysync/progress';
import { problemIn } from '../api/problem';
import type { Plan, StartRequest } from '../api/wire';
import { hrefsIn, textsIn } from '../design/page.fixture';
import { progressOf } from '../design/progress.fixture';
import { provideTestApp } from '../i18n/test-words';
import type { PreviewState } from './shown-plan';
import { countsOf, planOf } from './plan.fixture';
import { PreviewLine } from './preview-line';

const request: StartRequest = {
  dataset: 'weather',
  start_date: calendarDay('2025-10-01'),
  end_date: calendarDay('2025-10-10'),
  mode: 'all',
  order: 'desc',
};
const planned = (changes: Partial<Plan> = {}): PreviewState => ({
  ...{ kind: 'planned', request, plan: planOf(changes) },
});
const failed = (body: object): PreviewState => ({
  ...{ kind: 'failed', request, problem: problemIn(body) },
});
/** A source with these days. */
const sourceOf = (first: string, last: string) => ({
  ...{ first: calendarDay(first), last: calendarDay(last) },
});

describe('PreviewLine', () => {
  let fixture: ComponentFixture<PreviewLine>;

  function open(language: Language): void {
    TestBed.configureTestingModule({ providers: [provideTestApp(language)] });
    fixture = TestBed.createComponent(PreviewLine);
  }

  async function show(state: PreviewState): Promise<HTMLElement> {
    fixture.componentRef.setInput('state', state);
    await fixture.whenStable();
    return fixture.nativeElement as HTMLElement;
  }
  const textOf = (page: HTMLElement): string => page.textContent.trim().replaceAll(/\s+/g, ' ');

  const advice = (page: HTMLElement): string[] => textsIn(page, 'ds-plan-advice p');

  describe('in Chinese', () => {
    beforeEach(() => open('zh'));

    it.each<[string, Partial<Plan>]>([
      ['将同步 9 天，跳过 1 天（已同步 1），约 3 分钟', {}],
      [
        '数据日 251 天，其余 114 天跳过。将同步 250 天，跳过 1 天（已同步 1），约 3 分钟',
        {
          ...{ total: 365, run: 250, run_reasons: [], skip: 115 },
          skip_reasons: countsOf({ already_synced: 1, not_expected: 114 }),
        },
      ],
      [
        '将同步 9 天（缺失 7、失败 2），跳过 1 天（已同步 1），约 3 分钟',
        {
          run_reasons: countsOf({ failed: 2, missing: 7 }),
        },
      ],
      [
        '将同步 10 天（已同步 9、缺失 1），约 3 分钟将替换 9 个已同步日期的数据。',
        {
          run: 10,
          run_reasons: countsOf({ missing: 1, synced: 9 }),
          skip: 0,
          skip_reasons: [],
        },
      ],
      [
        '没有需要同步的日期，跳过 10 天（此前失败 10）',
        { run: 0, skip: 10, skip_reasons: countsOf({ failed_before: 10 }) },
      ],
      ['将同步 10 天', { run: 10, skip: 0, skip_reasons: [], estimate: null }],
      [
        '将同步 4 天，跳过 6 天（已同步 3、来源无数据 2、未来日期 1），约 1 秒',
        {
          run: 4,
          skip: 6,
          skip_reasons: countsOf({ already_synced: 3, no_data: 2, future_date: 1 }),
          estimate: { likely_ms: 40, late_ms: 90 },
        },
      ],
    ])('%s', async (sentence, plan) => {
      expect(textOf(await show(planned(plan)))).toBe(sentence);
    });

    it('says how many batches are ahead of it, beside the estimate', async () => {
      const waiting = progressOf({ task_id: 'q', dataset: 'orders', status: 'queued' });
      fixture.componentRef.setInput('batches', [progressOf(), waiting]);
      expect(textOf(await show(planned({ skip: 0, skip_reasons: [] })))).toBe(
        '将同步 9 天，约 3 分钟，排在前面的 2 个批次结束后开始',
      );
      fixture.componentRef.setInput('batches', [progressOf({ dataset: 'orders' })]);
      expect(textOf(await show(planned({ skip: 0, skip_reasons: [] })))).toBe(
        '将同步 9 天，约 3 分钟，可能在前面的 1 个批次结束后开始',
      );
      expect(textOf(await show(planned({ run: 0, skip: 0 })))).not.toContain('前面');
    });

    it('begins with the dataset and its days where nothing else names them', async () => {
      fixture.componentRef.setInput('isNamed', true);
      expect(textOf(await show(planned({ run: 10, skip: 0, skip_reasons: [] })))).toBe(
        'weather · 2025年10月1日至10日：将同步 10 天，约 3 分钟',
      );
    });

    it('says which synced days are not in the target, and leads to those that lack a column', async () => {
      const range = { start_date: calendarDay('2025-10-02'), end_date: calendarDay('2025-10-04') };
      const target: Partial<Plan> = {
        elsewhere: { table: 'orders', days: 1, tables: [], range },
        incomplete: { table: 'orders', days: 3, columns: ['discount'], range },
      };
      const page = await show({
        kind: 'planned',
        request: { ...request, mode: 'missing' },
        plan: planOf(target),
      });
      expect(textsIn(page, '.note')).toEqual([
        'orders 是新表，缺少 1 个此前已同步的日期。',
        '3 天的数据缺少 discount 列，请重新同步。重新同步',
      ]);
      expect(page.querySelector('.note a')?.getAttribute('href')).toBe(
        '/?dataset=weather&start_date=2025-10-02&end_date=2025-10-04&mode=incomplete&order=desc',
      );
      // This plan runs them.
      await show(planned(target));
      expect(page.querySelector('.note a')).toBeNull();
    });

    it('says which days the source can’t have, and leads to the others', async () => {
      fixture.componentRef.setInput('source', sourceOf('2025-10-04', '2025-10-09'));
      const page = await show(planned());
      expect(advice(page)).toEqual([
        '10 天中有 3 天早于来源的第一天（2025-10-04）。从 2025-10-04 开始',
        '10 天中有 1 天晚于来源的最后一天（2025-10-09）。到 2025-10-09 为止',
      ]);
      expect(hrefsIn(page, 'ds-plan-advice a')).toEqual([
        '/?dataset=weather&start_date=2025-10-04&end_date=2025-10-10&mode=all&order=desc',
        '/?dataset=weather&start_date=2025-10-01&end_date=2025-10-09&mode=all&order=desc',
      ]);
      fixture.componentRef.setInput('source', sourceOf('2026-01-01', '2026-12-31'));
      expect(advice(await show(planned()))).toEqual(['这 10 天都早于来源的第一天（2026-01-01）。']);
    });

    it('offers a range that is too long in parts, in its order', async () => {
      const split: (readonly DayRange[])[] = [];
      fixture.componentInstance.split.subscribe((parts) => split.push(parts));
      const tooLong = failed({ code: 'RANGE_TOO_LARGE', limit: 4 });
      const page = await show(tooLong);
      expect(textOf(page)).toContain(
        '共 10 天，超过每个批次 4 天的上限。可拆分为 3 个批次，依次运行：',
      );
      expect(textsIn(page, 'li')).toEqual([
        '2025年10月9日至10日（2 天）',
        '2025年10月5日至8日（4 天）',
        '2025年10月1日至4日（4 天）',
      ]);
      expect(page.querySelector('li a')?.getAttribute('href')).toBe(
        '/?dataset=weather&start_date=2025-10-09&end_date=2025-10-10&mode=all&order=desc',
      );
      page.querySelector('button')?.click();
      expect(split).toEqual([]);
      fixture.componentRef.setInput('canStart', true);
      await fixture.whenStable();
      page.querySelector('button')?.click();
      expect(split.map((parts) => parts.length)).toEqual([3]);
    });

    it('is busy while it asks', async () => {
      const page = await show({ kind: 'asking' });
      expect(page.getAttribute('aria-busy')).toBe('true');
      expect(page.querySelector('.ds-skeleton')).not.toBeNull();
      await show({ kind: 'none' });
      expect(page.getAttribute('aria-busy')).toBe('false');
      expect(page.children).toHaveLength(0);
    });

    it('leads to the batch that is in the way, and asks again when that may have ended', async () => {
      let again = 0;
      fixture.componentInstance.again.subscribe(() => (again += 1));
      const page = await show(failed({ code: 'BATCH_OVERLAPS', task_id: 't9' }));
      expect(textOf(page)).toBe('所选范围已有批次在运行。查看进度 重新预览');
      expect(page.querySelector('a')?.getAttribute('href')).toBe('/batches/t9');
      page.querySelector('button')?.click();
      expect(again).toBe(1);
    });

    it.each(['BATCH_OVERLAPS', 'RANGE_TOO_LARGE'])(
      'keeps the reader in its place when the button of %s goes',
      async (code) => {
        const page = await show(failed({ code, task_id: 't9' }));
        document.body.append(page);
        page.querySelector('button')?.focus();
        await show({ kind: 'asking' });
        expect(page.querySelector('button')).toBeNull();
        expect(document.activeElement).toBe(page);
      },
    );

    it('does not move the focus from elsewhere', async () => {
      const page = await show(failed({ code: 'RANGE_TOO_LARGE', limit: 3660 }));
      document.body.append(page);
      await show({ kind: 'asking' });
      expect(document.activeElement).toBe(document.body);
    });

    it('says what went wrong, and offers to ask again', async () => {
      let again = 0;
      fixture.componentInstance.again.subscribe(() => (again += 1));
      const page = await show(failed({ code: 'RANGE_TOO_LARGE', limit: 3660 }));
      expect(textOf(page)).toContain('日期范围过大，请缩短后重试。最多 3,660 天。');
      page.querySelector('button')?.click();
      expect(again).toBe(1);
    });
  });

  it('has the advice in English', async () => {
    open('en');
    fixture.componentRef.setInput('source', sourceOf('2025-10-02', '2025-10-04'));
    const run_reasons: Plan['run_reasons'] = [{ reason: 'synced', count: 1 }];
    expect(advice(await show(planned({ run_reasons })))).toEqual([
      '1 of 10 days lies before the source’s first day (2025-10-02).Start at 2025-10-02',
      '6 of 10 days lie after the source’s last day (2025-10-04).End at 2025-10-04',
      'Replaces the rows of 1 synced day.',
    ]);
    const page = await show(failed({ code: 'RANGE_TOO_LARGE', limit: 5 }));
    expect(textOf(page)).toMatch(
      /^10 days are more than the 5 that a batch can have\. They fit into 2 batches, which run one after another:.*\(5 days\).*\(5 days\) ?Start these 2 batches$/,
    );
  });

  it('says in English what is synced, and how many days are expected', async () => {
    open('en');
    expect(textOf(await show(planned()))).toBe(
      '9 days to sync, 1 skipped (1 already synced), about 3 min',
    );
    const run_reasons: Plan['run_reasons'] = countsOf({ missing: 7, failed: 2 });
    expect(textOf(await show(planned({ run_reasons })))).toBe(
      '9 days to sync (7 missing, 2 failed), 1 skipped (1 already synced), about 3 min',
    );
    const year = { total: 365, run: 251, skip: 114, skip_reasons: countsOf({ not_expected: 114 }) };
    expect(textOf(await show(planned(year)))).toBe(
      '251 expected days, 114 others skipped. 251 days to sync, about 3 min',
    );
    const weekend: Partial<Plan> = {
      ...{ total: 2, run: 0, run_reasons: [], skip: 2, estimate: null },
      skip_reasons: countsOf({ already_synced: 1, not_expected: 1 }),
    };
    expect(textOf(await show(planned(weekend)))).toBe(
      '1 expected day, 1 other skipped. Nothing to sync, 1 skipped (1 already synced)',
    );
  });
});
