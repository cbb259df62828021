import { expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { calendarDay, type Language } from '@daysync/progress';
import { DatasetTitles } from '../api/dataset-titles';
import { provideTestApp } from '../i18n/test-words';
import { BatchNames } from './batch-names';

const AUGUST = {
  dataset: 'visits',
  start_date: calendarDay('2026-08-03'),
  end_date: calendarDay('2026-08-19'),
};

it.each<[Language, string, string, string]>([
  [
    'zh',
    '访问量 · 2026年8月3日至19日',
    '访问量 · 2026年8月3日至19日中的 3 天',
    '访问量 · 2026年8月3日至19日中的 1 天',
  ],
  [
    'en',
    'Visits · Aug 3–19, 2026',
    'Visits · 3 days, Aug 3–19, 2026',
    'Visits · 1 day, Aug 3–19, 2026',
  ],
])(
  'the name of a batch has its days, and how many if not all, in %s',
  (language, all, three, one) => {
    TestBed.configureTestingModule({ providers: [provideTestApp(language)] });
    const title = { zh: '访问量', en: 'Visits' };
    TestBed.inject(DatasetTitles).learn([{ name: 'visits', title, time_zone: 'UTC' }]);
    const names = TestBed.inject(BatchNames);
    const totals = [undefined, 17, 3, 1];
    const written = totals.map((total) => names.of({ ...AUGUST, ...(total && { total }) }));
    expect(written).toEqual([all, all, three, one]);
  },
);
