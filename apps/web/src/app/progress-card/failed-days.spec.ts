import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { Subject } from 'rxjs';
import { progressOf } from '../design/progress.fixture';
import { give, hrefsIn, succeed, textsIn } from '../design/page.fixture';
import { provideTestApp } from '../i18n/test-words';
import { batchDayOf } from '../live/batch-day.fixture';
import { DayChanges } from '../live/day-changes';
import { Session } from '../session/session';
import { FailedDays, failureGroups } from './failed-days';

const BATCH = '/api/v1/sync-status/sync/batch/t1';

const failedDay = (day: string, code: string): object => ({
  day,
  state: 'failed',
  error: { code, text: `text of ${day}`, row: null, column: null },
});

describe('FailedDays', () => {
  let fixture: ComponentFixture<FailedDays>;
  let http: HttpTestingController;
  let led: string[];
  let changes: Subject<readonly object[]>;
  const isViewer = signal(false);

  beforeEach(async () => {
    changes = new Subject();
    isViewer.set(false);
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        { provide: DayChanges, useValue: { of: () => changes } },
        { provide: Session, useValue: { isViewer } },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    fixture = TestBed.createComponent(FailedDays);
    led = [];
    const { retried, overlapped } = fixture.componentInstance;
    retried.subscribe(({ task_id }) => led.push(`retried ${task_id}`));
    overlapped.subscribe((batchId) => led.push(`overlapped ${batchId}`));
    give(fixture, { batchId: 't1', dataset: 'readings', failed: 3, canRetry: true });
    await answerDays('t1', [
      failedDay('2025-10-01', 'VALUE_INVALID'),
      failedDay('2025-10-02', 'TIMEOUT'),
      failedDay('2025-10-03', 'TIMEOUT'),
      { day: '2025-10-04', state: 'pending', error: null },
    ]);
  });
  afterEach(() => http.verify());

  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const buttons = (): HTMLButtonElement[] => [...page().querySelectorAll('button')];
  /** What is offered, by what a screen reader says. */
  const offers = (): (string | undefined)[] =>
    buttons().map((button) => button.getAttribute('aria-label') ?? button.textContent.trim());

  async function answerDays(batchId: string, items: readonly object[]): Promise<void> {
    succeed(`/sync/batch/${batchId}/days`, { items, cursor: 'a' });
    await fixture.whenStable();
  }

  async function press(index: number): Promise<void> {
    buttons()[index]?.click();
    await fixture.whenStable();
  }

  async function refuse(body: object): Promise<void> {
    http.expectOne(`${BATCH}/retry`).flush(body, { status: 409, statusText: 'Conflict' });
    await fixture.whenStable();
  }

  it('asks for no days where the page has them', () => {
    give(fixture, { given: null, batchId: 't2', failed: 1 });
    expect(page().textContent).toContain('正在加载失败原因…');
    give(fixture, { given: [failedDay('2025-10-04', 'EMPTY_DAY')] });
    expect(page().textContent).toContain('EMPTY_DAY');
    // That nothing was asked for is seen after each test.
  });

  it('groups the days by what was wrong, each group with its retry, each day with its panel', () => {
    const groups = textsIn(page(), 'section');
    expect(groups[0]).toContain('同步这一天超时。 TIMEOUT2 天');
    expect(groups[0]).toContain('2025-10-03text of 2025-10-03');
    expect(groups[1]).toContain('VALUE_INVALID1 天');
    expect(offers()).toEqual([
      '重试 3 个失败日期',
      '重试 2 个日期：同步这一天超时。',
      '重试 1 个日期：有一个值与目标列的类型不符。',
    ]);
    const days = textsIn(page(), 'section a');
    expect(days).toEqual(['2025-10-02', '2025-10-03', '2025-10-01']);
    expect(hrefsIn(page(), 'section a')).toEqual(
      days.map((day) => `/?day=${day}&day_dataset=readings`),
    );
  });

  it('tries all of them again, once however often it is clicked', async () => {
    await press(0);
    await press(0);
    const request = http.expectOne(`${BATCH}/retry`);
    expect([request.request.method, request.request.body]).toEqual(['POST', {}]);
    const data = progressOf({ task_id: 'child', retry_of: 't1' });
    request.flush({ status: 'success', data }, { status: 202, statusText: 'Accepted' });
    expect(led).toEqual(['retried child']);
  });

  it('tries those of one code again, or leads to the batch that does so already', async () => {
    await press(1);
    const request = http.expectOne(`${BATCH}/retry`);
    expect(request.request.body).toEqual({ codes: ['TIMEOUT'] });
    request.flush({ status: 'success', data: progressOf({ task_id: 'child' }) });
    expect(led).toEqual(['retried child']);
  });

  it('takes an offer back when there is nothing left of it, and says why', async () => {
    await press(1);
    await refuse({ code: 'NOTHING_TO_RETRY' });
    expect(page().querySelector('[role=status]')?.textContent).toContain('无需重试');
    expect(offers()).toEqual(['重试 3 个失败日期', '重试 1 个日期：有一个值与目标列的类型不符。']);
    await press(0);
    await refuse({ code: 'NOTHING_TO_RETRY' });
    expect(offers()).toEqual([]);
    expect(page().querySelector('[role=alert]')?.textContent.trim()).toBe('');
  });

  it('leads to a running batch that is in the way', async () => {
    await press(0);
    await refuse({ code: 'BATCH_OVERLAPS', task_id: 't9' });
    expect(led).toEqual(['overlapped t9']);
  });

  it('says what else went wrong, and keeps the offer', async () => {
    await press(0);
    await refuse({ code: 'BATCH_STATE', state: 'running' });
    expect(page().querySelector('[role=alert]')?.textContent).toContain('不允许此操作');
    expect(offers()).toHaveLength(3);
  });

  it('forgets the batch before when it is given another', async () => {
    await press(1);
    await refuse({ code: 'NOTHING_TO_RETRY' });
    give(fixture, { batchId: 't2' });
    expect(page().textContent).not.toContain('2025-10-01');
    expect(page().textContent).not.toContain('无需重试');
    await answerDays('t2', [failedDay('2025-11-01', 'TIMEOUT')]);
    expect(offers()).toContain('重试 1 个日期：同步这一天超时。');
  });

  it('adds days that fail later, without a reload', () => {
    fixture.componentRef.setInput('failed', 4);
    changes.next([failedDay('2025-10-04', 'EMPTY_DAY')]);
    TestBed.tick();
    expect(page().textContent).toContain('2025-10-01');
    expect(page().querySelectorAll('section')[2]?.textContent).toContain('EMPTY_DAY');
    // That nothing was asked for is seen after each test.
  });

  it('reads them once more at the end of the batch', async () => {
    give(fixture, { canRetry: false });
    await answerDays('t1', [failedDay('2025-10-01', 'TIMEOUT')]);
    give(fixture, { failed: 2, canRetry: true });
    await answerDays('t1', [failedDay('2025-10-02', 'EMPTY_DAY')]);
    expect(page().textContent).not.toContain('2025-10-01');
  });

  it('takes the reader to its heading when the button that was pressed goes', async () => {
    document.body.append(page());
    for (const index of [1, 0]) {
      buttons()[index]?.focus();
      await press(index);
      expect(document.activeElement).toBe(buttons()[index]);
      await refuse({ code: 'NOTHING_TO_RETRY' });
      expect(document.activeElement).toBe(page().querySelector('h3'));
    }
  });

  it('does so when the days are read again after they could not be', async () => {
    document.body.append(page());
    give(fixture, { batchId: 't2' });
    const url = '/api/v1/sync-status/sync/batch/t2/days';
    http.expectOne(url).error(new ProgressEvent('error'));
    await fixture.whenStable();
    const read = buttons().at(-1);
    expect(read?.textContent.trim()).toBe('重新加载');
    read?.focus();
    read?.click();
    TestBed.tick();
    expect(document.activeElement).toBe(page().querySelector('h3'));
    await answerDays('t2', []);
  });

  it('leaves a reader alone who has gone elsewhere', async () => {
    document.body.append(page());
    buttons()[1]?.focus();
    await press(1);
    buttons()[2]?.focus();
    await refuse({ code: 'NOTHING_TO_RETRY' });
    expect(document.activeElement).toBe(buttons()[1]);
    expect(offers()[1]).toContain('有一个值与目标列的类型不符');
  });

  it.each([
    [202, { status: 'success', data: progressOf({ task_id: 'child' }) }],
    [409, { code: 'BATCH_OVERLAPS', task_id: 't9' }],
    [409, { code: 'NOTHING_TO_RETRY' }],
    [409, { code: 'BATCH_STATE' }],
  ])('keeps a late %i to itself: %j', async (status, body) => {
    await press(0);
    const late = http.expectOne(`${BATCH}/retry`);
    give(fixture, { batchId: 't2' });
    await answerDays('t2', [failedDay('2025-11-01', 'TIMEOUT')]);
    expect(buttons()[0]?.getAttribute('aria-disabled')).not.toBe('true');
    await press(0);
    late.flush(body, { status, statusText: 'Late' });
    await fixture.whenStable();
    expect(led).toEqual([]);
    expect(offers()).toHaveLength(2);
    expect(textsIn(page(), '[role]').join('')).toBe('');
    // The retry of the batch that is shown goes on.
    expect(buttons()[0]?.getAttribute('aria-disabled')).toBe('true');
    http.expectOne('/api/v1/sync-status/sync/batch/t2/retry').flush({ data: progressOf() });
  });

  it('sends its key again where no answer has come', async () => {
    const sent: (string | null)[] = [];
    for (const index of [0, 1, 0]) {
      await press(index);
      const request = http.expectOne(`${BATCH}/retry`);
      sent.push(request.request.headers.get('Idempotency-Key'));
      request.error(new ProgressEvent('error'));
      await fixture.whenStable();
    }
    expect(sent[0]).toMatch(/^"[0-9a-f]{32}"$/);
    expect(sent[1]).not.toBe(sent[0]);
    expect(sent[2]).toBe(sent[0]);
  });

  it('has its offers for a viewer, which do nothing, and says why', async () => {
    isViewer.set(true);
    TestBed.tick();
    expect(buttons()).toHaveLength(3);
    for (const button of buttons()) {
      expect(button.getAttribute('aria-disabled')).toBe('true');
      button.click();
    }
    await fixture.whenStable();
    expect(page().textContent).toContain('你的角色是查看者');
    // That nothing was sent is seen after each test.
  });

  it('asks for nothing any more when it has gone', async () => {
    await press(0);
    const request = http.expectOne(`${BATCH}/retry`);
    fixture.destroy();
    expect(request.cancelled).toBe(true);
  });
});

describe('failureGroups', () => {
  it('shows three of a group, counts the rest, and has its first and last day', () => {
    const error = { code: 'TIMEOUT', text: 'took too long', row: null, column: null };
    const days = [1, 2, 3, 4, 5, 6, 7, 8].map((date) =>
      batchDayOf(`2025-10-0${date}`, { state: 'failed', error }),
    );
    const [group] = failureGroups(days.toReversed());
    expect([group?.count, group?.shown.length, group?.hidden]).toEqual([8, 3, 5]);
    expect([group?.first, group?.last]).toEqual(['2025-10-01', '2025-10-08']);
  });
});
