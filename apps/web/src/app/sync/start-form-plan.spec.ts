import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { calendarDay } from '@daysync/progress';
import { problemIn } from '../api/problem';
import { completed, progressOf } from '../design/progress.fixture';
import { StartFormPage } from './start-form.fixture';

/** Longer than what a double click is taken to be. */
const SEEN_MS = 500;

describe('StartForm and the plan that it shows', () => {
  let page: StartFormPage;

  beforeEach(async () => {
    vi.useFakeTimers();
    page = new StartFormPage(() => pass(0));
    await page.rest();
  });
  afterEach(() => {
    page.http.verify();
    vi.useRealTimers();
  });

  async function pass(ms: number): Promise<void> {
    TestBed.tick();
    await vi.advanceTimersByTimeAsync(ms);
    TestBed.tick();
  }
  const asking = (): Promise<void> => page.preview(() => ({ kind: 'asking' }));

  it('takes no plan for another than the form asks for', async () => {
    await page.plan();
    await page.preview((request) => ({
      kind: 'failed',
      request: { ...request },
      problem: problemIn({ code: 'X' }),
    }));
    expect(page.line).toBe('');
  });

  it('waits with a start until it is known what it would do', async () => {
    await page.click('开始同步');
    page.sendsNothing();
    expect(page.button('正在启动…')).toBeDefined();
    await page.plan({ plan_hash: 'h1' });
    expect(page.sent().request.body).toMatchObject({ plan_hash: 'h1' });
  });

  it('lets go of a start that waits when the form asks for something else', async () => {
    await page.click('开始同步');
    await page.type(1, '2015-12-30');
    expect(page.canSend).toBe(true);
    await page.plan({ plan_hash: 'h1' });
    page.sendsNothing();
  });

  it('starts without a plan where there can be none', async () => {
    await page.failPreview('UNREACHABLE');
    await page.click('开始同步');
    expect(page.sent().request.body).not.toHaveProperty('plan_hash');
  });

  it('starts no plan after a change that has not been seen, whatever is clicked', async () => {
    await page.plan({ plan_hash: 'h1' });
    await page.click('开始同步');
    const asked = page.previewed.length;
    const first = page.sent();
    await asking();
    await page.refuse(first, { code: 'PLAN_CHANGED' });
    expect(page.previewed.length).toBe(asked + 1);
    await page.click('开始同步');
    await page.plan({ plan_hash: 'h2', run: 4, skip: 0, skip_reasons: [] });
    expect(page.note).toContain('计划在预览后发生变化');
    expect(page.line).toBe('weather · 2015年12月22日至31日：将同步 4 天，约 3 分钟');
    await page.click('开始同步');
    page.sendsNothing();
    expect(page.canSend).toBe(false);

    await pass(SEEN_MS);
    expect(page.canSend).toBe(true);
    await page.click('开始同步');
    const again = page.sent().request;
    expect(again.body).toMatchObject({ plan_hash: 'h2' });
    expect(again.headers.get('Idempotency-Key')).toBe('"id-2"');
  });

  it('starts nothing after a change while the new plan is not known', async () => {
    await page.plan({ plan_hash: 'h1' });
    await page.click('开始同步');
    const first = page.sent();
    await page.failPreview('UNREACHABLE');
    await page.refuse(first, { code: 'PLAN_CHANGED' });
    await pass(SEEN_MS);
    await page.click('开始同步');
    page.sendsNothing();
    await page.type(1, '2015-12-30');
    await page.click('开始同步');
    expect(page.sent().request.body).toMatchObject({ end_date: '2015-12-30' });
  });

  it('requests a new plan when a start is answered with an ended batch, and does not call it started', async () => {
    await page.plan({ plan_hash: 'h1' });
    await page.click('开始同步');
    await page.lose(page.sent());
    await page.click('开始同步');
    const asked = page.previewed.length;
    const replay = page.sent();
    await page.accept(replay, completed());
    await page.watch(completed());
    expect(page.started).toEqual([completed()]);
    expect(page.note).toBe('');
    expect(page.previewed.length).toBe(asked + 1);
    await page.click('开始同步');
    page.sendsNothing();
    await pass(SEEN_MS);
    await page.click('开始同步');
    expect(page.sent().request.headers.get('Idempotency-Key')).toBe('"id-2"');
  });

  it('requests a new plan when a start is refused', async () => {
    await page.plan();
    await page.click('开始同步');
    const asked = page.previewed.length;
    await page.refuse(page.sent(), { code: 'VALIDATION_FAILED' }, 400);
    expect(page.previewed.length).toBe(asked + 1);
    await pass(SEEN_MS);
    expect(page.canSend).toBe(true);
  });

  it('requests no plan and offers no start while a batch overlaps, and a new one afterwards', async () => {
    const range = { start_date: calendarDay('2015-12-31'), end_date: calendarDay('2016-01-05') };
    await page.watch(progressOf(range));
    expect(page.previewed.at(-1)).toBeUndefined();
    expect(page.canSend).toBe(false);
    await page.click('开始同步');
    page.sendsNothing();
    await page.watch({ ...completed(), ...range });
    expect(page.canSend).toBe(true);
    expect(page.previewed.at(-1)).toMatchObject({ start_date: '2015-12-22' });
  });

  it('requests a new plan when another batch has ended', async () => {
    await page.failPreview('BATCH_OVERLAPS');
    await page.watch(progressOf());
    const asked = page.previewed.length;
    await page.watch(progressOf({ current: 4 }));
    expect(page.previewed.length).toBe(asked);
    await page.watch(completed());
    expect(page.previewed.length).toBe(asked + 1);
  });

  it('takes back what it said of a running batch that turns out to have ended', async () => {
    await page.plan();
    await page.click('开始同步');
    await page.refuse(page.sent(), { code: 'BATCH_OVERLAPS', task_id: 't9' });
    expect(page.note).toContain('已显示其进度');
    await page.watch({ ...completed(), task_id: 't9' });
    expect(page.note).toBe('');
  });

  it('sends the same request again without an answer, whatever the preview is now', async () => {
    await page.failPreview('UNREACHABLE');
    await page.click('开始同步');
    const lost = page.sent();
    await page.lose(lost);
    await page.plan({ plan_hash: 'h1' });
    await page.click('开始同步');
    const again = page.sent();
    expect(again.request.body).toEqual(lost.request.body);
    expect(again.request.headers.get('Idempotency-Key')).toBe('"id-1"');
    await page.accept(again, progressOf());
  });
});
