import { beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { TranslocoService } from '@jsverse/transloco';
import type { DayMark, SyncRecord } from '../api/wire';
import { give, refuse, textsIn } from '../design/page.fixture';
import { provideTestApp } from '../i18n/test-words';
import { RecordEdits } from '../live/record-edits';
import { Session } from '../session/session';
import { DayMarks } from './day-marks';
import { recordOf } from './day.fixture';

const ROWS: DayMark = {
  ...{ kind: 'unusual', of: 'rows', value: 5_000, median: 10_000.5, days: 8 },
  text: 'expected 5401 to 18519 rows (median 10000.5), as on the 8 days of this weekday before, got 5000',
};
const SLOW: DayMark = {
  ...{ kind: 'unusual', of: 'duration', value: 90_000, median: 2_000, days: 8, text: '' },
};
const FEW: DayMark = {
  ...{ kind: 'check_warned', of: 'rows.min', value: 1, median: null, days: null },
  text: 'expected at least 2 rows (checks.rows.min), got 1',
};
const PATH = '/api/v1/sync-status/records/weather/2012-03-01/accept';

describe('DayMarks', () => {
  let fixture: ComponentFixture<DayMarks>;
  let http: HttpTestingController;
  const isViewer = signal(false);

  beforeEach(() => {
    isViewer.set(false);
    TestBed.configureTestingModule({
      providers: [provideTestApp(), { provide: Session, useValue: { isViewer } }],
    });
    http = TestBed.inject(HttpTestingController);
    fixture = TestBed.createComponent(DayMarks);
  });

  const element = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const button = (): HTMLButtonElement | null => element().querySelector('button');
  function show(record: Partial<SyncRecord>): void {
    give(fixture, { record: recordOf(record) });
  }
  const sentences = (): string[] => textsIn(element(), 'li');

  it('says what is usual and what came, with a sign and a word', () => {
    show({ marks: [ROWS, SLOW, FEW] });
    expect(element().querySelector('ds-unusual-sign svg')).not.toBeNull();
    expect(element().querySelector('ds-unusual-sign')?.textContent).toContain('异常');
    expect(sentences()).toEqual([
      '行数异常：平时约 10,001 行（此前 8 个相同星期几的中位数），这一天 5,000 行。',
      '耗时异常：平时约 2.0 秒（此前 8 个相同星期几的中位数），这一天 1 分 30 秒。',
      '检查警告：至少应有 2 行（checks.rows.min），实际为 1 行',
    ]);
    TestBed.inject(TranslocoService).setActiveLang('en');
    TestBed.tick();
    expect(sentences()[2]).toBe(
      'A check warned: expected at least 2 rows (checks.rows.min), got 1',
    );
  });

  it('accepts the day once, and lets the pages read it again', () => {
    show({ marks: [ROWS] });
    button()?.click();
    button()?.click();
    TestBed.tick();
    expect(button()?.getAttribute('aria-disabled')).toBe('true');
    http.expectOne(PATH).flush({ status: 'success', data: recordOf() });
    expect(TestBed.inject(RecordEdits).count()).toBe(1);
    show({ marks: [ROWS], accepted_at: '2025-10-17T16:00:00.000Z', accepted_by: 'ana' });
    expect(button()).toBeNull();
    expect(element().querySelector('ds-unusual-sign')).toBeNull();
    expect(element().querySelector('.accepted')?.textContent).toContain('ana 已于');
  });

  it('says why that failed, and lets the operator try again', () => {
    show({ marks: [ROWS] });
    button()?.click();
    refuse(http.expectOne(PATH), 409, { code: 'NOTHING_TO_ACCEPT' });
    TestBed.tick();
    expect(element().querySelector('[role=alert]')?.textContent).toContain(
      '确认失败：这一天已没有异常标记。',
    );
    expect(button()?.getAttribute('aria-disabled')).not.toBe('true');
  });

  it('has no button for a viewer', () => {
    isViewer.set(true);
    show({ marks: [ROWS] });
    expect(sentences()).toHaveLength(1);
    expect(button()).toBeNull();
  });
});
