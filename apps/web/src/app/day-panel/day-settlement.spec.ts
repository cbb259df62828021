import { beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController, type TestRequest } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { calendarDay } from '@daysync/progress';
import type { DayHistoryPage } from '../api/wire';
import { give } from '../design/page.fixture';
import { provideTestApp } from '../i18n/test-words';
import { RecordEdits } from '../live/record-edits';
import { Session } from '../session/session';
import { historyOf, historyPage, recordOf } from './day.fixture';
import { DaySettlement } from './day-settlement';

const MISSING: Partial<DayHistoryPage> = { record: null, items: [], missing: true };
const FAILED = recordOf({ status: 'failed', last_success_at: null });
const BY_ANA: DayHistoryPage['settlement'] = {
  ...{ reason: '来源只保留 90 天', settled_by: 'ana', settled_at: '2025-10-17T16:00:00.000Z' },
};
const MARKED: Partial<DayHistoryPage> = {
  ...MISSING,
  missing: false,
  expected: false,
  settlement: BY_ANA,
};

describe('DaySettlement', () => {
  let fixture: ComponentFixture<DaySettlement>;
  let http: HttpTestingController;
  const isViewer = signal(false);

  beforeEach(() => {
    isViewer.set(false);
    TestBed.configureTestingModule({
      providers: [provideTestApp(), { provide: Session, useValue: { isViewer } }],
    });
    http = TestBed.inject(HttpTestingController);
    fixture = TestBed.createComponent(DaySettlement);
    fixture.componentRef.setInput('dataset', 'weather');
    fixture.componentRef.setInput('day', calendarDay('2012-03-01'));
  });

  const element = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const text = (): string => element().textContent.replaceAll(/\s+/g, ' ').trim();
  const button = (): HTMLButtonElement | null => element().querySelector('button');
  function show(page: Partial<DayHistoryPage>): void {
    give(fixture, { page: historyPage(page) });
  }
  const taking = (): TestRequest =>
    http.expectOne(
      ({ method, url }) =>
        method === 'DELETE' && url === '/api/v1/sync-status/records/weather/settle',
    );

  it.each([
    ['a day that was never tried', MISSING, true],
    ['one that failed', { record: FAILED, missing: true }, true],
    ['a synced one', {}, false],
    ['one that a batch has', { ...MISSING, items: [historyOf({ state: 'pending' })] }, false],
    ['one that is not expected', { ...MISSING, expected: false, missing: false }, false],
  ] as const)('offers to mark what is missing: %s', (_, page, isOffered) => {
    show(page);
    expect(button()?.textContent.trim() === '标记为非数据日…').toBe(isOffered);
    isViewer.set(true);
    TestBed.tick();
    expect(button()).toBeNull();
  });

  it('says that a day is not expected by its rule', () => {
    show({ ...MISSING, missing: false, expected: false });
    expect(text()).toBe('这一天是非数据日，批次会跳过。');
  });

  it('asks for the reason in place, and closes that again', () => {
    show(MISSING);
    button()?.click();
    TestBed.tick();
    expect(button()?.getAttribute('aria-expanded')).toBe('true');
    expect(element().querySelector('form')?.getAttribute('aria-label')).toBe(
      '将 2012-03-01 标记为非数据日',
    );
    element().querySelector<HTMLButtonElement>('form button[type=button]')?.click();
    TestBed.tick();
    expect(element().querySelector('form')).toBeNull();
  });

  it('says who has marked a day, when and why, and takes that back once', () => {
    show(MARKED);
    expect(text()).toContain('ana 已于 2025年10月17日 16:00:00 UTC 标记为非数据日');
    expect(text()).toContain('原因：来源只保留 90 天');
    button()?.click();
    button()?.click();
    TestBed.tick();
    expect(button()?.getAttribute('aria-disabled')).toBe('true');
    const request = taking();
    expect(request.request.params.toString()).toBe('start_date=2012-03-01&end_date=2012-03-01');
    request.flush({ status: 'success', data: { days: 1 } });
    expect(TestBed.inject(RecordEdits).count()).toBe(1);
    show(MISSING);
    expect(button()?.textContent.trim()).toBe('标记为非数据日…');
  });

  it('leaves out the name where there are no tokens, and the button for a viewer', () => {
    isViewer.set(true);
    show({ ...MARKED, settlement: { ...BY_ANA, settled_by: null } });
    expect(text()).toMatch(/^已于 2025年10月17日/);
    expect(button()).toBeNull();
  });

  it('says why it could not be taken back, and lets the operator try again', () => {
    show(MARKED);
    button()?.click();
    taking().flush({ code: 'DATASET_NOT_FOUND' }, { status: 404, statusText: 'Not Found' });
    TestBed.tick();
    expect(element().querySelector('[role=alert]')?.textContent).toContain('撤销失败：');
    expect(button()?.getAttribute('aria-disabled')).not.toBe('true');
    // The next reading of the same day keeps it; another day does not have it.
    show(MARKED);
    expect(element().querySelector('[role=alert]')?.textContent).toContain('撤销失败：');
    give(fixture, { day: calendarDay('2012-03-02') });
    expect(element().querySelector('[role=alert]')?.textContent.trim()).toBe('');
  });

  it('shows nothing of a day that the panel has left', () => {
    show(MARKED);
    button()?.click();
    const request = taking();
    give(fixture, { day: calendarDay('2012-03-02') });
    request.flush({ code: 'DATASET_NOT_FOUND' }, { status: 404, statusText: 'Not Found' });
    TestBed.tick();
    expect(element().querySelector('[role=alert]')?.textContent.trim()).toBe('');
  });

  it('says what has become of the mark, of the same day alone', () => {
    const status = (): string | undefined =>
      element().querySelector('[role=status]')?.textContent.trim();
    show(MARKED);
    expect(status()).toBe('');
    show(MISSING);
    expect(status()).toBe('已撤销标记。');
    show(MARKED);
    expect(status()).toBe('已标记为非数据日。');
    fixture.componentRef.setInput('day', calendarDay('2012-03-02'));
    show(MISSING);
    expect(status()).toBe('');
  });

  it('keeps an open form when a batch takes the day', () => {
    show(MISSING);
    button()?.click();
    TestBed.tick();
    show({ ...MISSING, items: [historyOf({ state: 'pending' })] });
    expect(element().querySelector('form')).not.toBeNull();
  });
});
