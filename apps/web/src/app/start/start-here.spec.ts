import { beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { calendarDay, type DayRange, type Progress } from '@daysync/progress';
import { map, type Observable } from 'rxjs';
import type { StartRequest } from '../api/wire';
import { buttonIn, refuse, succeed } from '../design/page.fixture';
import { progressOf } from '../design/progress.fixture';
import { provideTestApp } from '../i18n/test-words';
import { ActiveBatch } from '../live/active-batch';
import { PlanPreview, type PreviewState } from './shown-plan';
import { planOf } from './plan.fixture';
import { StartHere } from './start-here';

const MARCH: DayRange = {
  start_date: calendarDay('2012-03-01'),
  end_date: calendarDay('2012-03-09'),
};
const JUNE: DayRange = {
  start_date: calendarDay('2012-06-04'),
  end_date: calendarDay('2012-06-04'),
};
const START = '/api/v1/sync-status/sync/batch';

describe('StartHere', () => {
  let fixture: ComponentFixture<StartHere>;
  let http: HttpTestingController;
  const applied: Progress[] = [];
  let closed: number;

  async function open(ranges: readonly DayRange[]): Promise<void> {
    applied.length = 0;
    closed = 0;
    const apply = (progress: Progress): number => applied.push(progress);
    const follow = (asked: Observable<StartRequest | undefined>): Observable<PreviewState> =>
      asked.pipe(
        map((request) =>
          request === undefined
            ? { kind: 'none' }
            : { kind: 'planned', request, plan: planOf({ plan_hash: `of ${request.mode}` }) },
        ),
      );
    TestBed.configureTestingModule({
      providers: [
        provideTestApp('en'),
        { provide: PlanPreview, useValue: { follow } },
        {
          provide: ActiveBatch,
          useValue: { apply, batches: signal([]), progress: signal(undefined) },
        },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    fixture = TestBed.createComponent(StartHere);
    document.body.append(page());
    fixture.componentRef.setInput('dataset', 'orders');
    fixture.componentRef.setInput('ranges', ranges);
    fixture.componentInstance.closed.subscribe(() => (closed += 1));
    await fixture.whenStable();
  }
  beforeEach(() => {
    document.body.replaceChildren();
  });

  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const button = (text: string): HTMLButtonElement => buttonIn(page(), text);
  async function click(text: string): Promise<void> {
    button(text).click();
    await fixture.whenStable();
  }
  async function choose(label: string, value: string): Promise<void> {
    const select = [...page().querySelectorAll('select')].find(({ labels }) =>
      [...labels].some((one) => one.textContent.trim().startsWith(label)),
    );
    if (select === undefined) throw new Error(`expected a choice ${label}`);
    select.value = value;
    select.dispatchEvent(new Event('change'));
    await fixture.whenStable();
  }
  async function accept(range: DayRange): Promise<unknown> {
    const request = http.expectOne(START);
    const batch = progressOf({ dataset: 'orders', task_id: `of ${range.start_date}`, ...range });
    request.flush({ status: 'success', data: batch }, { status: 202, statusText: 'Accepted' });
    await fixture.whenStable();
    return request.request.body;
  }

  it('takes the focus, and starts the days with the plan that it shows', async () => {
    await open([MARCH]);
    expect(document.activeElement?.textContent).toMatch(/^orders · .*Mar.* 2012$/);
    await click('Start sync');
    expect(await accept(MARCH)).toEqual({
      dataset: 'orders',
      ...MARCH,
      mode: 'missing_and_failed',
      order: 'asc',
      plan_hash: 'of missing_and_failed',
    });
    expect(applied.map(({ task_id }) => task_id)).toEqual(['of 2012-03-01']);
    const link = page().querySelector("a[href='/batches/of%202012-03-01']");
    expect(link?.textContent).toBe('Show progress');
    expect(page().querySelector('[role=status]')?.textContent).toContain('Running:');
    await click('Close');
    expect(closed).toBe(1);
  });

  it('starts each of several ranges as a batch, one after another, with the chosen days and order', async () => {
    await open([MARCH, JUNE]);
    expect(page().textContent).toContain('orders · 2 ranges, 10 days');
    await choose('Days to sync', 'all');
    await choose('Order', 'desc');
    await click('Start 2 batches');
    const chosen = { mode: 'all', order: 'desc', plan_hash: 'of all' };
    expect(await accept(JUNE)).toMatchObject({ ...JUNE, ...chosen });
    expect(await accept(MARCH)).toMatchObject({ ...MARCH, ...chosen });
    http.expectNone(START);
    expect(applied).toHaveLength(2);
  });

  it('says that a batch waits in the queue and where, and leads to the queue', async () => {
    await open([MARCH]);
    await click('Start sync');
    const queued = progressOf({ ...MARCH, dataset: 'orders', task_id: 'q', status: 'queued' });
    succeed('/sync/batch', queued);
    TestBed.tick();
    const items = [{ ...queued, queue_place: 3 }];
    succeed('/sync/batch', { items, page: 1, page_size: 50, total: 1 });
    await fixture.whenStable();
    const said = page().querySelector('[role=status]');
    expect(said?.textContent.trim()).toMatch(/^Queued, place 3:/);
    expect(said?.querySelector("a[href='/batches']")?.textContent).toBe('Show the queue');
  });

  it('has no way to a form with the same fields, which would close it', async () => {
    await open([MARCH]);
    expect(page().querySelectorAll('a')).toHaveLength(0);
  });

  it('says why a start was refused, and can start again', async () => {
    await open([MARCH]);
    await click('Start sync');
    refuse(http.expectOne(START), 503, { code: 'DATABASE_UNAVAILABLE' });
    await fixture.whenStable();
    expect(page().querySelector('[role=alert]')?.textContent).toContain(
      'The database can’t be written to.',
    );
    await click('Start sync');
    http.expectOne(START);
  });

  it('starts no plan that has changed until the new one was shown', async () => {
    await open([MARCH]);
    await click('Start sync');
    refuse(http.expectOne(START), 409, { code: 'PLAN_CHANGED' });
    await fixture.whenStable();
    expect(page().textContent).toContain('The plan has changed since the preview.');
    expect(button('Start sync').getAttribute('aria-disabled')).toBe('true');
  });

  it('is closed by Escape, which reaches nothing around it', async () => {
    await open([MARCH]);
    const reached: Event[] = [];
    document.body.addEventListener('keydown', (event) => reached.push(event), { once: true });
    const escape = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(escape);
    expect([closed, reached.length, escape.defaultPrevented]).toEqual([1, 0, true]);
  });
});
