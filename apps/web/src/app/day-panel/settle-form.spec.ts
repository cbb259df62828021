import { beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController, type TestRequest } from '@angular/common/http/testing';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { calendarDay } from '@daysync/progress';
import { provideTestApp } from '../i18n/test-words';
import { RecordEdits } from '../live/record-edits';
import { SettleForm } from './settle-form';
import { refuse } from '../design/page.fixture';

const RANGE = { start_date: calendarDay('2012-03-01'), end_date: calendarDay('2012-03-03') };

describe('SettleForm', () => {
  let fixture: ComponentFixture<SettleForm>;
  let http: HttpTestingController;
  let settled: number[];
  let closed: number;

  beforeEach(() => {
    [settled, closed] = [[], 0];
    TestBed.configureTestingModule({ providers: [provideTestApp('en')] });
    http = TestBed.inject(HttpTestingController);
    fixture = TestBed.createComponent(SettleForm);
    document.body.append(fixture.nativeElement as HTMLElement);
    fixture.componentRef.setInput('dataset', 'weather');
    fixture.componentRef.setInput('range', RANGE);
    fixture.componentInstance.settled.subscribe((days) => settled.push(days));
    fixture.componentInstance.closed.subscribe(() => (closed += 1));
    TestBed.tick();
  });

  const element = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const field = (): HTMLTextAreaElement => {
    const found = element().querySelector('textarea');
    if (found === null) throw new Error('expected a field');
    return found;
  };
  function submit(reason: string): void {
    field().value = reason;
    field().dispatchEvent(new Event('input'));
    element().querySelector('form')?.dispatchEvent(new Event('submit'));
    TestBed.tick();
  }
  const asked = (): TestRequest =>
    http.expectOne({ method: 'POST', url: '/api/v1/sync-status/records/weather/settle' });

  it('names the days, and begins at the reason, which has at most 500 characters', () => {
    expect(element().querySelector('form')?.getAttribute('aria-label')).toBe(
      'Mark 2012-03-01 to 2012-03-03 (3 days) as not expected',
    );
    expect(document.activeElement === field()).toBe(true);
    expect(field().getAttribute('maxlength')).toBe('500');
  });

  it('marks the days once, with the reason', () => {
    submit('  The source keeps 90 days ');
    submit('Another');
    const request = asked();
    expect(request.request.body).toEqual({ ...RANGE, reason: 'The source keeps 90 days' });
    request.flush({ status: 'success', data: { dataset: 'weather', ...RANGE, days: 2 } });
    expect([settled, closed]).toEqual([[2], 1]);
    expect(TestBed.inject(RecordEdits).count()).toBe(1);
  });

  it('asks for a reason', () => {
    submit('  ');
    expect(element().querySelector('mat-error')?.textContent.trim()).toBe('Enter a reason');
    expect(document.activeElement === field()).toBe(true);
    http.expectNone(() => true);
  });

  it('says why that failed, leads to the batch in its way, and keeps the reason', () => {
    submit('A power cut');
    refuse(asked(), 409, { code: 'BATCH_OVERLAPS', task_id: 't9' });
    TestBed.tick();
    const alert = element().querySelector('[role=alert]');
    expect(alert?.textContent).toContain(
      'Could not mark the days: A batch is already running in this range.',
    );
    expect(alert?.querySelector('a')?.getAttribute('href')).toBe('/batches/t9');
    expect(field().value).toBe('A power cut');
    submit('A power cut');
    refuse(asked(), 409, { code: 'NOTHING_TO_SETTLE' });
    TestBed.tick();
    expect(alert?.textContent).toContain('No such day is missing any more.');
    expect(closed).toBe(0);
    // The pages may show what is no longer so.
    expect(TestBed.inject(RecordEdits).count()).toBe(2);
  });

  it('is closed by Escape, and nothing around it', () => {
    let reached = 0;
    element().addEventListener('keydown', () => (reached += 1));
    const escape = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true });
    field().dispatchEvent(escape);
    expect([closed, reached, escape.defaultPrevented]).toEqual([1, 0, true]);
  });

  it('leaves Escape to an input method that composes a text', () => {
    const composing = { key: 'Escape', bubbles: true, cancelable: true, isComposing: true };
    const escape = new KeyboardEvent('keydown', composing);
    field().dispatchEvent(escape);
    expect([closed, escape.defaultPrevented]).toEqual([0, false]);
  });

  it('stays open while it is sent, and what is sent has its effect when it is gone', () => {
    submit('A power cut');
    field().dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(closed).toBe(0);
    const request = asked();
    fixture.destroy();
    expect(request.cancelled).toBe(false);
    request.flush({ status: 'success', data: { days: 2 } });
    expect([settled, closed]).toEqual([[], 0]);
    expect(TestBed.inject(RecordEdits).count()).toBe(1);
  });
});
