// What `ng add` writes into an app, before it is anybody's.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { calendarDay, type Progress } from '@daysync/progress';
import { QUEUED } from '../../progress.fixture';
import { DaysyncProgress } from './daysync-progress';
import { DaysyncProgressPage } from './daysync-progress-page';

const API = '/api/v1/sync-status/sync/batch';
const LIST = `${API}?page=1&page_size=1`;
const RUNNING: Progress = {
  ...QUEUED,
  status: 'running',
  message_code: 'DAY_STARTED',
  current_date: calendarDay('2025-10-04'),
  ...{ success: 2, failed: 1, finished: 3, running: 1 },
  eta: { likely: '2025-10-01T08:00:45.000Z', late: '2025-10-01T08:01:00.000Z' },
};

let http: HttpTestingController;
beforeEach(() => {
  TestBed.configureTestingModule({ providers: [provideHttpClient(), provideHttpClientTesting()] });
  http = TestBed.inject(HttpTestingController);
});
afterEach(() => void TestBed.resetTestingModule());

function textOf(fixture: ComponentFixture<unknown>): string {
  return elementOf(fixture).textContent.replaceAll(/\s+/g, ' ').trim();
}

function elementOf(fixture: ComponentFixture<unknown>): HTMLElement {
  return fixture.nativeElement as HTMLElement;
}

async function answer(
  fixture: ComponentFixture<unknown>,
  url: string,
  body: object,
  status = 200,
): Promise<void> {
  let [request] = http.match(url);
  while (request === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    [request] = http.match(url);
  }
  request.flush(body, { status, statusText: 'so' });
  // The answer goes on in microtasks; a request that follows it is still open.
  await new Promise((resolve) => setTimeout(resolve));
  fixture.detectChanges();
}

async function shown(
  language: 'en' | 'zh',
  body: object,
  status = 200,
): Promise<ComponentFixture<DaysyncProgress>> {
  const fixture = TestBed.createComponent(DaysyncProgress);
  fixture.componentRef.setInput('taskId', 't1');
  fixture.componentRef.setInput('language', language);
  fixture.autoDetectChanges();
  await answer(fixture, `${API}/progress/t1`, body, status);
  return fixture;
}

it.each([
  ['en', 'RunningTime left: 45 sSyncing 2025-10-04...3/10 days (30%)Succeeded 2Failed 1Skipped 0'],
  ['zh', '同步中预计剩余 45 秒正在同步 2025-10-04...3/10 天（30%）成功 2失败 1跳过 0'],
] as const)('the bar of a running batch, in %s', async (language, text) => {
  const fixture = await shown(language, { data: RUNNING });
  expect(textOf(fixture)).toBe(text);
  const bar = elementOf(fixture).querySelector('[role=progressbar]');
  expect(bar?.getAttribute('aria-valuenow')).toBe('30');
  expect(bar?.getAttribute('aria-valuetext')).toMatch(/^3\/10/);
  expect(bar?.getAttribute('aria-label')).toMatch(/: weather$/);
  const widths = [...(bar?.children ?? [])].map((part) => part.getAttribute('style'));
  expect(widths).toEqual(['width: 20%;', 'width: 10%;', 'width: 0%;', 'width: 10%;']);
});

it.each([
  ['paused', 'Paused'],
  ['failed', 'Failed to run'],
  ['completed', 'Partly failed'],
  ['cancelled', 'Cancelled'],
] as const)('a batch that is %s', async (status, word) => {
  const fixture = await shown('en', { data: { ...RUNNING, status } });
  const box = elementOf(fixture).querySelector('.box');
  expect(box?.getAttribute('data-state')).toBe(status === 'completed' ? 'partly_failed' : status);
  expect(box?.querySelector('[role=status]')?.textContent).toBe(word);
});

it('a batch that the server does not know has no bar', async () => {
  const fixture = await shown('en', { code: 'BATCH_NOT_FOUND' }, 404);
  expect(textOf(fixture)).toBe('There is no such batch.');
  expect(elementOf(fixture).querySelector('[role=progressbar]')).toBe(null);
});

function page(): ComponentFixture<DaysyncProgressPage> {
  // jsdom has no layout.
  Element.prototype.scrollIntoView = () => undefined;
  const fixture = TestBed.createComponent(DaysyncProgressPage);
  fixture.autoDetectChanges();
  return fixture;
}

it('the sample page shows the newest batch, in both languages', async () => {
  const fixture = page();
  await answer(fixture, LIST, { data: { items: [RUNNING] } });
  await answer(fixture, `${API}/progress/t1`, { data: RUNNING });
  expect(textOf(fixture)).toMatch(/weather 2025-10-01 – 2025-10-10 Running.*3\/10 days/);
  elementOf(fixture).querySelector<HTMLElement>('button[lang=zh-CN]')?.click();
  fixture.detectChanges();
  expect(textOf(fixture)).toMatch(/^Daysync 最新批次 .*同步中.*3\/10 天/);
});

it.each([
  [200, { data: { items: [] } }, /There is no batch yet.* http:\/\/127\.0\.0\.1:8000$/],
  [500, {}, /No Daysync server answers.*npm start in a clone.*http:\/\/127\.0\.0\.1:8000$/],
  [401, {}, /The server asks for a login.*Status: 401$/],
])('the sample page after an answer of status %i', async (status, body, text) => {
  const fixture = page();
  await answer(fixture, LIST, body, status);
  expect(textOf(fixture)).toMatch(text);
});
