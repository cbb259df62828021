import { describe, expect, it } from 'vitest';
import { calendarDay } from '@daysync/progress';
import { dayParams, NO_DAY, openDay } from './day-address';

const MARCH = { dataset: 'weather', day: calendarDay('2012-03-01') };

describe('the address of an open day', () => {
  it('finds it again beside the filter of the page', () => {
    const address = { dataset: 'birdstrikes', ...dayParams(MARCH) };
    expect(openDay({ day: null, day_dataset: null, ...address })).toEqual(MARCH);
  });

  it('takes the dataset of the page where it names none', () => {
    const text = { day: '2012-03-01', day_dataset: null };
    expect(openDay({ ...text, dataset: 'weather' })).toEqual(MARCH);
    expect(openDay(text)).toBeUndefined();
  });

  it.each([null, '', '2012-02-30', 'x'])('opens nothing at the day %o', (day) => {
    expect(openDay({ day, day_dataset: 'weather' })).toBeUndefined();
  });

  it('takes everything back that it put there', () => {
    expect(Object.keys(NO_DAY)).toEqual(Object.keys(dayParams(MARCH)));
  });
});
