import { beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController, type TestRequest } from '@angular/common/http/testing';
import { signal, type WritableSignal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { calendarDay, type Progress } from '@daysync/progress';
import type { QuarantinedRow } from '../api/wire';
import { progressOf } from '../design/progress.fixture';
import { provideTestApp } from '../i18n/test-words';
import { ActiveBatch } from '../live/active-batch';
import { Session } from '../session/session';
import { QuarantinePage } from './quarantine-page';
import { buttonIn, pageIn, refuse, requestTo, settle, textsIn } from '../design/page.fixture';

function rowOf(changes: Partial<QuarantinedRow> = {}): QuarantinedRow {
  return {
    ...{ dataset: 'weather', day: calendarDay('2012-03-01'), file: 'data/weather.csv', row: 12 },
    ...{ code: 'VALUE_INVALID', column: 'temp_max', content: 'Seattle,2012-03-01,n/a' },
    text: 'row 12, column temp_max: expected a finite number, got "n/a" (text)',
    ...{ task_id: 't1', quarantined_at: '2025-10-17T16:00:00.000Z' },
    ...changes,
  };
}

describe('QuarantinePage', () => {
  let isViewer: WritableSignal<boolean>;
  let harness: RouterTestingHarness;
  let http: HttpTestingController;

  beforeEach(async () => {
    isViewer = signal(false);
    const batches = signal<readonly Progress[] | undefined>([]);
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        provideRouter(
          [{ path: 'quarantine', component: QuarantinePage }],
          withComponentInputBinding(),
        ),
        { provide: ActiveBatch, useValue: { batches, apply: () => undefined } },
        { provide: Session, useValue: { isViewer } },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    harness = await RouterTestingHarness.create();
  });

  async function open(query = ''): Promise<void> {
    await harness.navigateByUrl(`/quarantine${query}`, QuarantinePage);
    TestBed.tick();
  }
  const asked = (): TestRequest => http.expectOne(({ url }) => url.endsWith('/quarantine'));
  async function answer(items: readonly QuarantinedRow[], total = items.length): Promise<void> {
    asked().flush({ status: 'success', data: { items, page: 1, page_size: 50, total } });
    await settle();
  }
  const element = (): HTMLElement => pageIn(harness);
  const text = (): string => element().textContent.replace(/\s+/g, ' ');
  const retryButton = (): HTMLButtonElement => buttonIn(element(), '重新同步这些日期…');

  it('shows a skeleton, then the rows with their place, error and text', async () => {
    await open();
    expect(text()).toContain('正在加载被隔离的行…');
    await answer([rowOf(), rowOf({ day: null, code: 'SOURCE_DAY_UNREADABLE', row: 13 })]);
    const rows = textsIn(element(), 'tbody tr');
    expect(rows).toHaveLength(2);
    for (const part of ['2012-03-01', 'data/weather.csv', '12', 'VALUE_INVALID', 'n/a']) {
      expect(rows[0]).toContain(part);
    }
    expect(rows[1]).toContain('无日期');
  });

  it('asks with the filters of the address, and downloads the same rows', async () => {
    await open('?dataset=weather&start_date=2012-03-01&code=VALUE_INVALID&task_id=t1&page=2');
    const { params } = asked().request;
    expect(Object.fromEntries(params.keys().map((key) => [key, params.get(key)]))).toEqual({
      ...{ dataset: 'weather', start_date: '2012-03-01', code: 'VALUE_INVALID', task_id: 't1' },
      ...{ page: '2', page_size: '50' },
    });
    const link = element().querySelector('a[download]')?.getAttribute('href');
    expect(link).toBe(
      '/api/v1/sync-status/quarantine/export?dataset=weather&start_date=2012-03-01&code=VALUE_INVALID&task_id=t1',
    );
  });

  it('says that there are none, none that match, or why they can’t be read', async () => {
    await open();
    await answer([]);
    expect(text()).toContain('没有被隔离的行。');
    await open('?code=VALUE_INVALID');
    await answer([]);
    expect(text()).toContain('没有符合筛选条件的行。');
    await open('?code=SOURCE_ROW_RAGGED');
    refuse(asked(), 500, { code: 'INTERNAL' });
    await settle();
    expect(element().querySelector('ds-read-state')).not.toBeNull();
  });

  it('syncs the days of one dataset again, and links to the batch', async () => {
    await open();
    await answer([rowOf()]);
    expect(retryButton().getAttribute('aria-disabled')).toBe('true');
    await open('?dataset=weather&code=VALUE_INVALID&start_date=2012-03-01');
    await answer([rowOf()]);
    retryButton().click();
    const started = http.expectOne(({ url }) => url.endsWith('/quarantine/retry'));
    expect(started.request.body).toEqual({
      ...{ dataset: 'weather', start_date: '2012-03-01', codes: ['VALUE_INVALID'] },
    });
    expect(started.request.headers.get('Idempotency-Key')).not.toBeNull();
    started.flush({ status: 'success', data: progressOf({ task_id: 't2' }) });
    await settle();
    expect(element().querySelector('ds-started-batch')?.textContent).toContain('同步中：');
    expect(element().querySelector('a[href="/batches/t2"]')).not.toBeNull();
  });

  it('says why a retry is refused', async () => {
    await open('?dataset=weather');
    await answer([rowOf()]);
    retryButton().click();
    refuse(requestTo('/quarantine/retry'), 409, { code: 'BATCH_OVERLAPS' });
    await settle();
    expect(element().querySelector('[role="alert"]')?.textContent).toContain('无法重新同步');
  });

  it('lets a viewer read only', async () => {
    isViewer.set(true);
    await open('?dataset=weather');
    await answer([rowOf()]);
    expect(retryButton().getAttribute('aria-disabled')).toBe('true');
    expect(text()).toContain('你的角色是查看者');
  });

  it('does not sync again while only the rows of a batch are shown', async () => {
    await open('?dataset=weather&task_id=t1');
    await answer([rowOf()]);
    expect(retryButton().getAttribute('aria-disabled')).toBe('true');
    expect(text()).toContain('重新同步会涉及所有批次的日期');
    retryButton().click();
    http.expectNone(({ url }) => url.endsWith('/quarantine/retry'));
  });

  it('clears its filters', async () => {
    await open('?dataset=weather');
    await answer([rowOf()]);
    buttonIn(element(), '清除筛选').click();
    await settle();
    expect(TestBed.inject(Router).url).toBe('/quarantine');
  });
});
