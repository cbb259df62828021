import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { signal } from '@angular/core';
import { calendarDay } from '@daysync/progress';
import type { StartRequest } from '../api/wire';
import { Session } from '../session/session';
import { completed, progressOf } from '../design/progress.fixture';
import type { StartFormValues } from './start-form';
import { StartFormPage } from './start-form.fixture';

describe('StartForm', () => {
  let page: StartFormPage;

  beforeEach(async () => {
    page = new StartFormPage();
    await page.plan({ plan_hash: 'h1' });
  });
  afterEach(() => page.http.verify());

  it('opens on the latest days of the first dataset', () => {
    expect(page.dates).toEqual(['2015-12-22', '2015-12-31']);
    expect(page.element.textContent).toContain('共 10 天');
  });

  it('opens with what the address asks for, and leaves alone what the reader changes then', async () => {
    const asked = {
      dataset: 'broken',
      start_date: calendarDay('2014-02-03'),
      end_date: calendarDay('2014-02-07'),
      mode: 'missing',
      order: 'desc',
    } as const;
    await page.ask(asked);
    expect(page.dates).toEqual(['2014-02-03', '2014-02-07']);
    const selects = [...page.element.querySelectorAll('select')].map(({ value }) => value);
    expect(selects).toEqual(['broken', 'missing', 'desc']);
    await page.type(1, '2014-02-05');
    page.fixture.componentRef.setInput('datasets', [...page.fixture.componentInstance.datasets()]);
    await page.rest();
    expect(page.dates).toEqual(['2014-02-03', '2014-02-05']);
  });

  it('chooses nothing instead of a dataset that there is not, and says so', async () => {
    const days = { start_date: calendarDay('2014-02-03'), end_date: calendarDay('2014-02-07') };
    await page.ask({ dataset: 'gone', ...days, mode: undefined, order: undefined });
    expect(page.alert).toContain('没有名为“gone”的数据集');
    expect(page.dates).toEqual(['2014-02-03', '2014-02-07']);
    await page.click('开始同步');
    page.sendsNothing();
    await page.choose('weather');
    expect(page.alert).toBe('');
  });

  it('opens with the dataset that was chosen last', async () => {
    await page.choose('broken');
    const again = new StartFormPage(undefined, [], { isLaterVisit: true });
    await again.plan();
    expect(again.element.querySelector('select')?.value).toBe('broken');
  });

  it('takes today from the time zone of the dataset', async () => {
    await page.click('近 7 天');
    expect(page.dates).toEqual(['2025-09-26', '2025-10-02']);
    await page.click('上个月');
    expect(page.dates).toEqual(['2025-09-01', '2025-09-30']);
  });

  it('says what is wrong with a source, and offers no days that it does not know', async () => {
    await page.choose('broken');
    expect(page.alert).toContain('找不到来源文件。');
    expect(page.dates).toEqual(['2025-09-26', '2025-10-02']);
    expect(page.element.textContent).not.toContain('来源最近 10 天');
  });

  it('keeps days that were typed, chosen or asked for when another dataset is chosen', async () => {
    await page.type(0, '2014-02-03');
    await page.type(1, '2014-02-07');
    await page.choose('broken');
    expect(page.dates).toEqual(['2014-02-03', '2014-02-07']);
    expect(page.previewed.at(-1)).toMatchObject({ dataset: 'broken', end_date: '2014-02-07' });
    await page.click('近 30 天');
    const chosen = page.dates;
    await page.choose('weather');
    expect(page.dates).toEqual(chosen);
    const days = { start_date: calendarDay('2013-05-01'), end_date: calendarDay('2013-05-02') };
    await page.ask({ dataset: 'weather', ...days, mode: undefined, order: undefined });
    await page.choose('broken');
    expect(page.dates).toEqual(['2013-05-01', '2013-05-02']);
  });

  it('starts once however often it is clicked, and says so', async () => {
    page.button('开始同步').focus();
    page.button('开始同步').click();
    page.button('开始同步').click();
    await page.rest();
    expect(page.button('正在启动…')).toBe(document.activeElement);
    expect(page.canSend).toBe(false);

    const request = page.sent();
    expect(request.request.headers.get('Idempotency-Key')).toBe('"id-1"');
    expect(request.request.body).toEqual({
      dataset: 'weather',
      start_date: '2015-12-22',
      end_date: '2015-12-31',
      mode: 'missing_and_failed',
      order: 'asc',
      plan_hash: 'h1',
    });
    const progress = progressOf();
    await page.accept(request, progress);
    await page.watch(progress);
    expect(page.started).toEqual([progress]);
    await vi.waitFor(() => {
      expect(page.note).toMatch(/^同步中：\s+weather · 2025年10月1日至10日\s*查看进度$/);
    }, 60_000);
  });

  it('plans and starts the newest day first if that is chosen, and keeps it in the address', async () => {
    const shown: StartFormValues[] = [];
    page.fixture.componentInstance.shown.subscribe((values) => shown.push(values));
    await page.choose('desc', '日期顺序');
    expect(page.previewed.at(-1)).toMatchObject({ order: 'desc' });
    expect(shown.at(-1)?.params).toMatchObject({ order: 'desc' });
    await page.click('开始同步');
    expect(page.sent().request.body).toMatchObject({ order: 'desc', plan_hash: 'h1' });
  });

  it.each([
    [0, 'abc', '日期无效，格式应为 YYYY-MM-DD'],
    [0, '2015-02-30', '日期无效，格式应为 YYYY-MM-DD'],
    [1, '2015-12-01', '不能早于开始日期'],
    [1, '', '请输入日期'],
  ])('input %i with %j: %s, and nothing is sent', async (index, text, sentence) => {
    await page.type(index, text);
    await page.click('开始同步');
    expect(page.element.querySelector('mat-error')?.textContent).toBe(sentence);
  });

  it.each([
    ['asc', ['2015-12-22/2015-12-25', '2015-12-26/2015-12-29', '2015-12-30/2015-12-31']],
    ['desc', ['2015-12-30/2015-12-31', '2015-12-26/2015-12-29', '2015-12-22/2015-12-25']],
  ])('starts a batch for each part of a range that is too long, %s', async (order, ranges) => {
    await page.choose(order, '日期顺序');
    await page.failPreview('RANGE_TOO_LARGE', 4);
    await vi.waitFor(() => page.button('启动这 3 个批次'), 60_000);
    await page.click('启动这 3 个批次');
    const started: string[] = [];
    for (const task_id of ['t1', 't2', 't3']) {
      const request = page.sent();
      const body = request.request.body as StartRequest;
      expect(body.order).toBe(order);
      started.push(`${body.start_date}/${body.end_date}`);
      await page.accept(request, progressOf({ task_id }));
    }
    page.sendsNothing();
    expect(started).toEqual(ranges);
    // The others wait behind the first one.
    expect(page.started.map(({ task_id }) => task_id)).toEqual(['t1']);
    // The end of the first one is not that of all.
    await page.watch(completed());
    expect(page.note).toBe('已启动全部批次，将依次运行');
    expect(page.dates.join('/')).toBe(ranges[0]);
  });

  it('says why a part was refused, and starts no other one', async () => {
    await page.failPreview('RANGE_TOO_LARGE', 4);
    await vi.waitFor(() => page.button('启动这 3 个批次'), 60_000);
    await page.click('启动这 3 个批次');
    await page.accept(page.sent(), progressOf({ task_id: 't1' }));
    await page.refuse(page.sent(), { code: 'STOPPING' }, 503);
    page.sendsNothing();
    expect(page.started).toHaveLength(1);
    expect(page.alert).toContain('3 个批次中只启动了 1 个，下一个未能启动');
    await page.type(0, '2015-12-23');
    expect(page.alert).not.toContain('只启动了');
    expect(page.note).toBe('');
  });

  it('leads to the running batch when the range overlaps', async () => {
    await page.click('开始同步');
    await page.refuse(page.sent(), { code: 'BATCH_OVERLAPS', task_id: 't9' });
    expect(page.overlapped).toEqual(['t9']);
    expect(page.alert).toBe('');
    expect(page.note).toContain('已显示其进度');
  });

  it('says in words why the server refused, and lets go of the button', async () => {
    await page.click('开始同步');
    const problem = {
      code: 'VALIDATION_FAILED',
      errors: [{ pointer: '/end_date', expected: 'YYYY-MM-DD', received: 'x' }],
    };
    await page.refuse(page.sent(), problem, 400);
    expect(page.alert).toContain('输入有误');
    expect(page.alert).toContain('结束日期：应为 YYYY-MM-DD，实际为 x');
    expect(page.element.textContent).toContain('开始同步');
  });
});

describe('StartForm and a viewer', () => {
  it('shows the plan, starts nothing, and says why', async () => {
    const viewer = { isViewer: signal(true), isSignedOut: signal(false) };
    const page = new StartFormPage(undefined, [{ provide: Session, useValue: viewer }]);
    await page.plan({ plan_hash: 'h1' });
    expect(page.canSend).toBe(false);
    await page.click('开始同步');
    page.sendsNothing();
    expect(page.note).toContain('你的角色是查看者');
    expect(page.line).not.toBe('');
  });
});
