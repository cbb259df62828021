import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { addDays, calendarDay } from '@daysync/progress';
import type { Locator, Page } from 'playwright-core';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { IS_LONG } from '../draws.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';
import { writeRecords } from '../sync-records.js';
import { openTab } from './browser.js';

const CSV = `day,city,degrees
2025-10-01,Oslo,9
2025-10-01,Bergen,11
2025-10-02,Oslo,mild
2025-10-03,Oslo,7
`;

let daysync: DaysyncProcess;
let page: Page;
beforeAll(async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(folder, 'readings.csv', CSV);
  const { target } = weather();
  const throttle = { days_per_minute: 120 };
  const slow = weather({ name: 'slow', throttle, target: { ...target, table: 'slow_daily' } });
  daysync = await startDaysync({ folder, datasets: [weather(), readings(csv), slow] });
  await daysync.sync({ dataset: 'weather', start_date: '2012-01-01', end_date: '2012-02-29' });
  const range = { dataset: 'readings', start_date: '2025-10-01', end_date: '2025-10-03' };
  await daysync.sync(range);
  await daysync.sync({ ...range, mode: 'all' });
  page = await openTab({ locale: 'zh-CN' });
});

/** The days of the records that are shown, from top to bottom. */
async function shownDays(): Promise<string[]> {
  return page.locator('ds-records-table tbody th').allInnerTexts();
}

/** Waits until the records are those of this address and no other. */
async function seeAddress(params: Readonly<Record<string, string>>): Promise<void> {
  await page.waitForURL((url) => {
    const asked = Object.fromEntries(url.searchParams);
    return JSON.stringify(sorted(asked)) === JSON.stringify(sorted(params));
  });
  await page.locator('ds-records-table [aria-busy=false]').waitFor();
}

const sorted = (params: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(params).sort(([one], [other]) => (one < other ? -1 : 1));

const focused = (): Locator => page.locator(':focus');

describe('the records', () => {
  it('are filtered, sorted and turned by keyboard, and a reload finds the same', async () => {
    await page.goto(`${daysync.url}/records`);
    await page.getByLabel('数据集').selectOption('weather');
    await page.getByRole('textbox', { name: '开始日期' }).fill('2012-01-05');
    await page.getByRole('textbox', { name: '开始日期' }).press('Tab');
    const filter = { dataset: 'weather', start_date: '2012-01-05' };
    await seeAddress(filter);

    const head = page.getByRole('columnheader', { name: '日期' }).getByRole('button');
    await head.press('Enter');
    await seeAddress({ ...filter, sort: 'day' });
    expect(await focused().innerText()).toContain('日期');
    const size = page.getByLabel('每页');
    await size.selectOption('20');
    await seeAddress({ ...filter, sort: 'day', page_size: '20' });
    await page.getByRole('button', { name: '最后一页' }).press('Enter');
    const asked = { ...filter, sort: 'day', page_size: '20', page: '3' };
    await seeAddress(asked);
    expect(await focused().getAttribute('aria-label')).toBe('最后一页');

    await page.getByText('第 41–56 条，共 56 条').waitFor();
    const days = await shownDays();
    expect([days.length, days[0], days.at(-1)]).toEqual([16, '2012-02-14', '2012-02-29']);
    await page.reload();
    await seeAddress(asked);
    await page.getByText('第 41–56 条，共 56 条').waitFor();
    expect(await shownDays()).toEqual(days);
    expect(await page.getByLabel('数据集').inputValue()).toBe('weather');
    expect(await page.getByRole('textbox', { name: '开始日期' }).inputValue()).toBe('2012-01-05');
    await page.getByRole('img', { name: /^每日行数/ }).waitFor();
  });
});

describe('the panel of a day', () => {
  const panel = (): Locator => page.getByRole('dialog');

  async function seeClosed(): Promise<void> {
    await page.locator('ds-day-sheet').waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?status=failed');
  }

  it('is opened, read and closed by keyboard, and hands the focus back', async () => {
    await page.goto(`${daysync.url}/records?status=failed`);
    await page.getByRole('link', { name: '2025-10-02' }).press('Enter');
    await page.getByRole('dialog', { name: 'readings 2025-10-02' }).waitFor();
    expect(new URL(page.url()).search).toContain('day=2025-10-02');
    // The page below is out of reach.
    expect(await panel().evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
    const fix = panel().getByText('修正错误中指出的行');
    await fix.first().waitFor();
    // That of an earlier batch is folded.
    await panel().getByText('原因与处理方法').first().press('Enter');
    await fix.nth(1).waitFor();
    const history = panel().locator('ds-day-history-list');
    expect(await history.getByRole('listitem').count()).toBe(2);
    await panel().getByText('目标表中没有这一天的数据').waitFor();

    await panel().getByRole('link', { name: '前一天' }).press('Enter');
    await page.getByRole('dialog', { name: 'readings 2025-10-01' }).waitFor();
    await panel().getByRole('cell', { name: 'Bergen' }).waitFor();
    expect(await panel().getByRole('columnheader').allInnerTexts()).toEqual([
      expect.stringContaining('city'),
      expect.stringContaining('degrees'),
    ]);
    expect(await focused().innerText()).toBe('前一天');

    await page.keyboard.press('Escape');
    await seeClosed();
    expect(await focused().innerText()).toBe('2025-10-02');
  });

  it('goes by its button and by the way back, and a reload finds it', async () => {
    await page.getByRole('link', { name: '2025-10-02' }).press('Enter');
    await panel().getByRole('button', { name: '关闭' }).press('Enter');
    await seeClosed();
    expect(await focused().innerText()).toBe('2025-10-02');

    await page.keyboard.press('Enter');
    await panel().waitFor();
    await page.goBack();
    await seeClosed();
    expect(await focused().innerText()).toBe('2025-10-02');
    await page.goForward();
    await panel().waitFor();
    await page.reload();
    await page.getByRole('dialog', { name: 'readings 2025-10-02' }).waitFor();
  });

  it('has room on a phone, and so have the records', async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    for (const query of ['?dataset=readings', '?dataset=readings&day=2025-10-01']) {
      await page.goto(`${daysync.url}/records${query}`);
      await page.getByText('2025-10-01').first().waitFor();
      if (query.includes('day')) await panel().getByRole('cell', { name: 'Bergen' }).waitFor();
      const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth);
      expect({ query, scrollWidth }).toEqual({ query, scrollWidth: 360 });
    }
    await page.setViewportSize({ width: 1_280, height: 800 });
  });
});

if (IS_LONG) {
  describe('the records while a batch runs', () => {
    it('are read again by themselves, and focus, place and page stay', async () => {
      await page.setViewportSize({ width: 1_280, height: 500 });
      const range = { start_date: '2012-01-01', end_date: '2012-03-31' };
      const { task_id } = await daysync.startBatch({ dataset: 'slow', ...range });
      await page.goto(`${daysync.url}/records?dataset=slow&sort=day&page_size=20`);
      const first = page.getByRole('link', { name: '2012-01-01', exact: true });
      await first.focus();
      await page.evaluate(() => window.scrollTo(0, 120));
      const before = (await shownDays()).length;
      await page.getByRole('link', { name: '2012-01-15', exact: true }).waitFor();
      expect((await shownDays()).length).toBeGreaterThan(before);
      expect(await focused().innerText()).toBe('2012-01-01');
      expect(await page.evaluate(() => window.scrollY)).toBe(120);

      // An open panel updates as well: this day runs while its panel is open.
      const { current_date } = await daysync.progress(task_id);
      const soon = addDays(calendarDay(current_date ?? ''), 12);
      await page.goto(`${daysync.url}/records?day=${soon}&day_dataset=slow`);
      await page.getByText('这一天尚未同步。').waitFor();
      await page.getByRole('dialog').getByRole('cell', { name: 'Seattle' }).waitFor();
      await daysync.post(`sync/batch/${task_id}/cancel`, {});
    });
  });

  describe('100,000 records', () => {
    it('are paged and sorted without moving anything, however late they come', async () => {
      const range = { start: calendarDay('1700-01-01'), end: calendarDay('1973-12-31') };
      const count = writeRecords(daysync.databaseFile, { dataset: 'weather', ...range });
      expect(count).toBeGreaterThan(100_000);
      // So tall that what lies below the table is seen.
      await page.setViewportSize({ width: 1_280, height: 1_600 });
      await page.goto(`${daysync.url}/records?dataset=weather&end_date=1973-12-31&page_size=20`);
      await page.getByText(`共 ${count.toLocaleString('en')} 条`).waitFor();
      await page.getByRole('img', { name: /^每日行数/ }).waitFor();
      // What moves within half a second of a key counts as expected: the answers come later.
      await page.route('**/sync-status/records?*', async (route) => {
        await sleep(700);
        await route.continue();
      });
      await watchShifts(page);
      for (const name of ['下一页', '最后一页', '上一页', '第一页']) {
        await page.getByRole('button', { name }).press('Enter');
        await answered(page);
      }
      for (const name of ['结果', '结果', '行数']) {
        const head = page.getByRole('columnheader', { name }).getByRole('button');
        await head.press('Enter');
        await answered(page);
      }
      const shifts = await page.evaluate(() => (window as unknown as ShiftRecorder).shifts);
      process.stdout.write(`layout shifts of seven pages: ${JSON.stringify(shifts)}\n`);
      expect(shifts.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.01);
      await page.unroute('**/sync-status/records?*');
    });
  });
}

interface ShiftRecorder {
  shifts: number[];
}

/** Gathers the layout shifts of a page from now on, those that follow an input at once left out. */
async function watchShifts(watched: Page): Promise<void> {
  await watched.evaluate(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & Shift)[]) {
        if (!entry.hadRecentInput) shifts.push(entry.value);
      }
    }).observe({ type: 'layout-shift' });
    interface Shift {
      readonly value: number;
      readonly hadRecentInput: boolean;
    }
  });
}

/** Waits until the records that were asked for are drawn. */
async function answered(watched: Page): Promise<void> {
  await watched.locator('ds-records-table [aria-busy=true]').waitFor();
  await watched.locator('ds-records-table [aria-busy=false]').waitFor();
  await sleep(200);
}

describe('failed days', () => {
  it('are found by code and text', async () => {
    await page.goto(`${daysync.url}/records`);
    const code = page.getByLabel('错误码');
    await code.fill('VALUE_INVALID');
    await code.press('Enter');
    await page.waitForURL('**/records?code=VALUE_INVALID');
    const text = page.getByLabel('错误内容包含');
    await text.fill('MILD');
    await text.press('Tab');
    await page.waitForURL('**/records?code=VALUE_INVALID&text=MILD');
    await page.getByText('共 1 条').waitFor();
    const csv = page.getByRole('link', { name: '下载 CSV' });
    expect(await csv.getAttribute('href')).toMatch(/records\/export\?.*text=MILD/);
  });

  it('open from a bar of a chart', async () => {
    await page.goto(`${daysync.url}/records?dataset=readings`);
    const bars = page.getByRole('slider', { name: '逐日查看，按 Enter 打开' }).first();
    await bars.press('Home');
    await bars.press('Enter');
    await page.waitForURL('**/records?dataset=readings&day=2025-10-01&day_dataset=readings');
    await page.getByRole('dialog').waitFor();
  });

  it('open by a click on a bar as the day that the pointer shows', async () => {
    for (const part of [0.02, 0.2, 0.35, 0.5, 0.65, 0.8, 0.98]) {
      await page.goto(`${daysync.url}/records?dataset=weather`);
      const chart = page.locator('ds-day-chart').first();
      const box = await chart.locator('.plot').boundingBox();
      if (box === null) throw new Error('expected a chart, got none');
      const at = [box.x + part * box.width, box.y + box.height / 2] as const;
      await page.mouse.move(...at);
      const [shown = ''] =
        /\d{4}-\d\d-\d\d/.exec(await chart.locator('figure > p').innerText()) ?? [];
      await page.mouse.click(...at);
      await page.waitForURL(/[?&]day=/);
      expect(new URL(page.url()).searchParams.get('day')).toBe(shown);
    }
  });
});

describe.each(['records', 'quarantine'])('a date of the filter of %s', (name) => {
  it('is typed as a whole, also where a part of it is a date, and counts once the field is left', async () => {
    await page.goto(`${daysync.url}/${name}?dataset=weather`);
    const from = page.getByRole('textbox', { name: '开始日期' });
    const to = page.getByRole('textbox', { name: '结束日期' });
    await from.focus();
    await page.keyboard.type('2012-01-25', { delay: 60 });
    expect(await from.inputValue()).toBe('2012-01-25');
    expect(page.url()).not.toContain('start_date');
    await page.keyboard.press('Enter');
    await page.waitForURL(/start_date=2012-01-25/);
    await to.focus();
    // The address may change while the other date is typed.
    await page.keyboard.type('2012/2/11', { delay: 60 });
    expect(await to.inputValue()).toBe('2012/2/11');
    await page.keyboard.press('Tab');
    await page.waitForURL(/end_date=2012-02-11/);
    expect(await to.inputValue()).toBe('2012-02-11');
    expect(await from.inputValue()).toBe('2012-01-25');
  });
});
