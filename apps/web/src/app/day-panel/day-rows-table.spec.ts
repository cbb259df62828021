import { beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController, type TestRequest } from '@angular/common/http/testing';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { calendarDay } from '@daysync/progress';
import type { DayRows } from '../api/wire';
import { give, refuse, textsIn } from '../design/page.fixture';
import { provideTestApp } from '../i18n/test-words';
import { rowsOf } from './day.fixture';
import { DayRowsTable } from './day-rows-table';

describe('DayRowsTable', () => {
  let fixture: ComponentFixture<DayRowsTable>;
  let http: HttpTestingController;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideTestApp()] });
    http = TestBed.inject(HttpTestingController);
    fixture = TestBed.createComponent(DayRowsTable);
    give(fixture, { dataset: 'weather', day: calendarDay('2012-03-01') });
  });

  const element = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const asked = (): TestRequest => http.expectOne(({ url }) => url.endsWith('/2012-03-01/rows'));
  const cells = (): string[] => textsIn(element(), 'td');

  async function answer(data: DayRows): Promise<void> {
    asked().flush({ status: 'success', data });
    await fixture.whenStable();
  }

  it('shows each value, and no value differs from an empty text', async () => {
    await answer(
      rowsOf([
        { location: '', wind: 4.7 },
        { location: 'Seattle', wind: null },
      ]),
    );
    expect(textsIn(element(), 'thead th')).toEqual(['location text', 'wind real']);
    expect(cells()).toEqual(['空文本', '4.7', 'Seattle', 'NULL']);
  });

  it('folds what is long, and has all of it', async () => {
    const text = 'a long text '.repeat(20);
    await answer(rowsOf([{ location: text, wind: 1 }]));
    expect(element().querySelector('summary')?.textContent.trim()).toHaveLength(61);
    expect(element().querySelector('.whole')?.textContent).toBe(text);
  });

  it('says of which value it has only the beginning', async () => {
    const rows = rowsOf([
      { location: 'Seattle', wind: 1 },
      { location: 'Os', wind: 2 },
    ]);
    await answer({ ...rows, cut: [{ row: 1, column: 'location', bytes: 9_000_000 }] });
    expect(cells()[0]).toBe('Seattle');
    expect(textsIn(element(), 'summary')).toEqual(['Os… （内容过长，仅显示开头）']);
    expect(element().querySelector('.whole')?.textContent).toBe('Os…');
  });

  it('turns its pages, and leads to the last one where the one that is shown has gone', async () => {
    await answer(rowsOf([{ location: 'Seattle', wind: 1 }], 41));
    element().querySelector<HTMLElement>('ds-pager button:last-child')?.click();
    TestBed.tick();
    const request = asked();
    expect(request.request.params.toString()).toBe('page=3&page_size=20');
    request.flush({ status: 'success', data: { ...rowsOf([], 21), page: 3 } });
    await fixture.whenStable();
    expect(element().textContent).not.toContain('没有这一天的数据');
    expect(element().querySelector('ds-pager')).toBeNull();
    const button = element().querySelector('button');
    expect(button?.textContent.trim()).toBe('前往最后一页');
    button?.click();
    TestBed.tick();
    expect(asked().request.params.get('page')).toBe('2');
  });

  it('reloads after a new attempt, and not when an old one becomes known', async () => {
    await answer(rowsOf([{ location: 'Seattle', wind: 1 }]));
    give(fixture, { triedAt: '' });
    http.expectNone(() => true);
    give(fixture, { triedAt: '2025-10-17T16:00:00.000Z' });
    await answer(rowsOf([{ location: 'Oslo', wind: 1 }]));
    expect(cells()).toContain('Oslo');
    give(fixture, { triedAt: undefined });
    give(fixture, { triedAt: '2025-10-17T16:00:00.000Z' });
    http.expectNone(() => true);
  });

  it('says what could not be read, and offers to read it again', async () => {
    refuse(asked(), 500, { code: 'INTERNAL' });
    await fixture.whenStable();
    expect(element().querySelector('[role=alert]')?.textContent).toContain('目标表数据加载失败');
    element().querySelector('button')?.click();
    TestBed.tick();
    await answer(rowsOf([]));
    expect(element().textContent).toContain('目标表中没有这一天的数据。');
  });
});
