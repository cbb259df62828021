import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import type { Progress } from '@daysync/progress';
import { EMPTY } from 'rxjs';
import { provideTestApp } from '../i18n/test-words';
import { DayChanges } from '../live/day-changes';
import type { Trouble } from '../live/watch-state';
import { CLOCK } from '../time/clock';
import { batchDayOf } from '../live/batch-day.fixture';
import { ProgressCard } from './progress-card';
import { completed, progressOf, THIRD_OF_TEN } from '../design/progress.fixture';
import { countsOf } from '../start/plan.fixture';
import { buttonIn, give, hrefsIn, succeed, textsIn } from '../design/page.fixture';

const NOW = Date.parse('2025-10-17T16:01:05Z');

describe('ProgressCard', () => {
  let fixture: ComponentFixture<ProgressCard>;

  beforeEach(() => {
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        { provide: CLOCK, useValue: { now: () => NOW } },
        { provide: DayChanges, useValue: { of: () => EMPTY } },
      ],
    });
    fixture = TestBed.createComponent(ProgressCard);
    // The page loads the days, unless a test lets the card load them.
    fixture.componentRef.setInput('days', null);
  });

  async function show(progress: Progress | undefined, trouble?: Trouble): Promise<HTMLElement> {
    fixture.componentRef.setInput('progress', progress);
    fixture.componentRef.setInput('trouble', trouble);
    await fixture.whenStable();
    return fixture.nativeElement as HTMLElement;
  }

  /** A part of the card that is loaded when it is shown for the first time. */
  async function loaded(selector: string): Promise<Element> {
    const page = fixture.nativeElement as HTMLElement;
    await vi.waitUntil(() => page.querySelector(selector), { timeout: 10_000 });
    return page.querySelector(selector) ?? page;
  }

  const linesOf = (page: HTMLElement): string[] => textsIn(page, '.lines p');
  const facts = (page: HTMLElement): string[] => textsIn(page, 'dl > div');

  it('shows the three lines of the note, and a bar that says how far it is', async () => {
    const page = await show(THIRD_OF_TEN);
    expect(linesOf(page)).toEqual([
      '🔄 正在同步 2025-10-03...',
      '进度: 3/10 (30%)',
      '成功: 2, 失败: 0, 跳过: 1',
    ]);
    const bar = page.querySelector('[role=progressbar]');
    expect(bar?.getAttribute('aria-valuenow')).toBe('30');
    expect(bar?.getAttribute('aria-valuemax')).toBe('100');
    expect(bar?.getAttribute('aria-valuetext')).toBe('已完成 3/10 天，30%');
    expect(bar?.getAttribute('aria-label')).toBe('批次进度');
  });

  it('is headed by the dataset and the days of the batch, once its title is loaded', async () => {
    const page = await show(THIRD_OF_TEN);
    const heading = (): string | undefined => page.querySelector('h2')?.textContent;
    expect(heading()).toBe('weather · 2025年10月1日至10日');
    const items = [{ name: 'weather', title: { zh: '天气', en: 'Weather' } }];
    succeed('/datasets', { items });
    await fixture.whenStable();
    expect(heading()).toBe('天气 · 2025年10月1日至10日');
  });

  it('lists the rows without a readable day, and reads them again when there are others', async () => {
    const http = TestBed.inject(HttpTestingController);
    const text = 'row 4, column "day": expected a date written yyyy-MM-dd, got "total"';
    const row = { file: 'r.csv', row: 4, column: 'day', code: 'SOURCE_DAY_UNREADABLE', text };
    const url = `/api/v1/sync-status/sync/batch/${THIRD_OF_TEN.task_id}/unreadable-rows`;
    const asked = async (size: number, items: readonly object[]): Promise<void> => {
      http.expectOne(`${url}?page_size=${size}`).flush({ status: 'success', data: { items } });
      await fixture.whenStable();
    };
    expect((await show(THIRD_OF_TEN)).querySelector('ds-unreadable-rows')).toBeNull();
    http.expectOne(({ url: asked }) => asked.endsWith('/datasets'));
    fixture.componentRef.setInput('progress', { ...THIRD_OF_TEN, unreadable_rows: 1 });
    await loaded('ds-batch-unreadable-rows');
    TestBed.tick();
    await asked(1, [{ ...row, content: 'total,1' }]);
    const page = fixture.nativeElement as HTMLElement;
    const note = (): string => textsIn(page, 'ds-unreadable-rows').join();
    expect(note()).toContain('1 行的日期无法识别');
    expect(note()).toContain('r.csv 第 4 行，“day”列：应为格式为 yyyy-MM-dd 的日期');
    expect(note()).toContain('total,1');
    give(fixture, { progress: { ...completed(), unreadable_rows: 8 } });
    const others = Array.from({ length: 5 }, (_, n) => ({ ...row, row: n, content: `mean,${n}` }));
    await asked(5, others);
    expect(note()).toContain('mean,4');
    expect(note()).toContain('… 另有 3 行。');
    expect(note()).not.toContain('total,1');
    http.verify();
  });

  it('shows who started it and who controlled it last, if they have names', async () => {
    const control = { verb: 'pause', by: 'ben', at: '2025-10-17T16:00:30.000Z' } as const;
    const page = await show(progressOf({ started_by: 'ana', last_control: control }));
    expect(facts(page)).toContainEqual(expect.stringMatching(/^启动人\s*ana$/));
    expect(facts(page)).toContainEqual(
      expect.stringMatching(/^暂停操作人\s*ben · \d\d:\d\d:\d\d \S+$/),
    );
    const nameless = await show(progressOf({ last_control: { ...control, by: null } }));
    expect(nameless.textContent).not.toMatch(/启动人|暂停操作人/);
  });

  it('shows the finished days beside those in flight, and what a cancelled batch has not run', async () => {
    const done = (page: HTMLElement): string | undefined =>
      page.querySelector('.done')?.textContent.trim();
    const running = progressOf({ current: 1_235, finished: 1_234, success: 1_234, running: 1 });
    expect(done(await show({ ...running, total: 3_000 }))).toBe(
      '已完成 1,234/3,000 天 · 进行中 1 天',
    );
    const page = await show(
      progressOf({
        ...{ status: 'cancelled', current: 10, finished: 10, percent: 100, success: 3, skipped: 7 },
        skip_reasons: countsOf({ already_synced: 1, cancelled: 6 }),
      }),
    );
    expect(done(page)).toBe('已完成 4/10 天 · 未执行 6 天');
    expect(linesOf(page)).toHaveLength(1);
    expect(page.textContent).not.toContain('100%');
    expect(page.textContent).toMatch(/跳过\s*1 已同步|跳过\s*已同步 1/);
  });

  it('shows how fast it goes, and no time left once that is over', async () => {
    const eta = { likely: '2025-10-17T16:00:25Z', late: '2025-10-17T16:03:25Z' };
    const pace = { rows: 12_345, days_per_minute: 12.5, rows_per_minute: 3_400 };
    const shown = facts(await show({ ...THIRD_OF_TEN, ...pace, eta }));
    expect(shown).toContain('已写入行数 12,345');
    expect(shown).toContain('每分钟天数 12.5');
    expect(shown).toContainEqual(expect.stringContaining('1 分 5 秒'));
    expect(shown).toContain('每分钟行数 3,400');
    // The expected end is over, the late one is not.
    expect(shown).toContain('预计剩余 2 分 20 秒');
    expect(shown).toContainEqual(expect.stringMatching(/^预计完成 \d\d:\d\d:\d\d \S+$/));
    const over = { likely: '2025-10-17T16:00:25Z', late: '2025-10-17T16:01:00Z' };
    expect(facts(await show({ ...THIRD_OF_TEN, eta: over }))).toContain('预计剩余 —');
    expect(facts(await show(THIRD_OF_TEN))).toContain('每分钟天数 —');
  });

  it('draws the days of a batch as they go, and loads them once for the failed ones as well', async () => {
    fixture.componentRef.setInput('days', undefined);
    const shown = show({ ...THIRD_OF_TEN, failed: 1, total: 4 });
    await loaded('ds-live-day-strip');
    TestBed.tick();
    const items = (['failed', 'running', 'pending'] as const).map((state, index) =>
      batchDayOf(`2025-10-0${index + 1}`, { state }),
    );
    succeed('/days', { items, cursor: 'c' });
    const page = await shown;
    await loaded('ds-failed-days');
    await fixture.whenStable();
    const strip = page.querySelector('[role=img]');
    expect(strip?.getAttribute('aria-label')).toBe('各日：共 4 天，已完成 3 天，失败 1 天');
    expect([...(strip?.children ?? [])].map((cell) => cell.getAttribute('data-kind'))).toEqual([
      'failed',
      'in_flight',
      'open',
    ]);
    TestBed.inject(HttpTestingController).expectNone((request) => request.url.endsWith('/days'));
  });

  it('says which days it syncs, and that the newest come first', async () => {
    expect((await show(THIRD_OF_TEN)).textContent).not.toContain('从');
    const newest = await show({ ...THIRD_OF_TEN, order: 'desc' });
    expect(newest.textContent).toContain('缺失和失败的日期 · 从新到旧');
    const verified = await show({ ...THIRD_OF_TEN, mode: 'verify', verify: 'report' });
    expect(verified.textContent).toContain('核对已同步的日期，只报告');
  });

  it('says how long ago it moved last, while it goes on', async () => {
    const updated_at = new Date(NOW - 3_000).toISOString();
    expect(facts(await show({ ...THIRD_OF_TEN, updated_at }))).toContainEqual(
      expect.stringMatching(/^更新于\s*3 秒前$/),
    );
    expect((await show(completed())).textContent).not.toContain('更新于');
  });

  it('ends with what became of it', async () => {
    const page = await show(progressOf({ status: 'failed', message_code: 'BATCH_FAILED' }));
    expect(linesOf(page)[0]).toBe('❌ 批量同步失败: 成功0, 失败0, 跳过0');
    expect(page.querySelector('ds-batch-badge')?.textContent).toContain('运行失败');
  });

  it('keeps the progress while the server is away or busy, says which, and counts down silently', async () => {
    const page = await show(THIRD_OF_TEN, { kind: 'unreachable', retryAt: NOW + 4_000 });
    expect(linesOf(page)).toHaveLength(3);
    expect(page.querySelector('.trouble')?.textContent).toContain('与服务器的连接已断开');
    await show(THIRD_OF_TEN, { kind: 'busy', retryAt: NOW + 4_000 });
    const trouble = page.querySelector('[role=status] .trouble');
    expect(trouble?.textContent).toContain('服务器繁忙');
    expect(trouble?.querySelector('[aria-hidden=true]')?.textContent).toBe('（4 秒后）');
  });

  it('says that nothing moves only while the server answers', async () => {
    const quiet = { ...THIRD_OF_TEN, updated_at: '2025-10-17T16:00:01Z' };
    const page = await show(quiet);
    expect(page.textContent).toContain('已有 1 分 4 秒 没有新进展');
    await show(quiet, { kind: 'unreachable', retryAt: NOW + 2_000 });
    expect(page.textContent).not.toContain('没有新进展');
  });

  it('offers to try failed days again when the batch has ended, and not before', async () => {
    const retried: Progress[] = [];
    fixture.componentInstance.retried.subscribe((progress) => retried.push(progress));
    fixture.componentRef.setInput('days', []);
    const page = await show({ ...THIRD_OF_TEN, failed: 2 });
    await loaded('ds-failed-days');
    expect(page.textContent).toContain('失败的日期');
    expect(page.textContent).not.toContain('个失败日期');

    await show(completed(2));
    buttonIn(page, '重试 2 个失败日期').click();
    const child = progressOf({ task_id: 'child', retry_of: completed().task_id });
    succeed('/retry', child);
    expect(retried).toEqual([child]);

    await show(child);
    expect(page.querySelector('h2')).toBe(document.activeElement);
    expect(hrefsIn(page)).toContain(`/batches/${completed().task_id}`);
  });

  it('offers to go on after the deadline', async () => {
    let resumed = 0;
    fixture.componentInstance.resumed.subscribe(() => (resumed += 1));
    const page = await show(THIRD_OF_TEN, { kind: 'expired' });
    expect(page.querySelector('.trouble')?.textContent).toContain(
      '已停止自动刷新，批次仍在服务器上运行',
    );
    document.body.append(page);
    page.querySelector<HTMLButtonElement>('.trouble button')?.focus();
    page.querySelector<HTMLButtonElement>('.trouble button')?.click();
    expect(resumed).toBe(1);
    await show(THIRD_OF_TEN);
    expect(document.activeElement).toBe(page.querySelector('h2'));
  });
});
