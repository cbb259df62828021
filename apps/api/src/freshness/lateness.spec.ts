import { calendarDay } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import { nextLateness, NEVER_LATE, type Lateness } from './lateness.js';

const due = (day: string): { day: ReturnType<typeof calendarDay>; dueAt: number } => ({
  day: calendarDay(day),
  dueAt: Date.parse(`${day}T08:00:00.000Z`),
});

/** What happens in turn, each as its event and since when the dataset is late then. */
function happen(...steps: readonly (readonly [string | null, boolean])[]): string[] {
  let lateness: Lateness = NEVER_LATE;
  return steps.map(([day, isSynced]) => {
    const next = nextLateness(lateness, day === null ? null : due(day), isSynced);
    lateness = next.lateness;
    return `${next.event ?? 'nothing'} ${lateness.late_since?.slice(0, 10) ?? 'fresh'}`;
  });
}

describe('a dataset with deadlines', () => {
  it('is late once its due day is not synced, and recovers', () => {
    expect(happen(['2024-03-01', true], ['2024-03-02', false], ['2024-03-02', true])).toEqual([
      ...['nothing fresh', 'late 2024-03-02', 'recovered fresh'],
    ]);
  });

  it('is reported once, however many days it is late', () => {
    expect(
      happen(
        ['2024-03-02', false],
        ['2024-03-02', false],
        ['2024-03-03', false],
        ['2024-03-04', true],
      ),
    ).toEqual([
      ...['late 2024-03-02', 'nothing 2024-03-02', 'nothing 2024-03-02', 'recovered fresh'],
    ]);
  });

  it('is reported again when it is late again, but not for the same day', () => {
    expect(
      happen(
        ...([
          ['2024-03-02', false],
          ['2024-03-02', true],
        ] as const),
        // Its table was dropped: the day is missing again.
        ...([
          ['2024-03-02', false],
          ['2024-03-02', true],
        ] as const),
        ...([
          ['2024-03-02', false],
          ['2024-03-03', false],
          ['2024-03-03', true],
        ] as const),
      ),
    ).toEqual([
      ...['late 2024-03-02', 'recovered fresh', 'nothing 2024-03-02', 'nothing fresh'],
      ...['nothing 2024-03-02', 'late 2024-03-02', 'recovered fresh'],
    ]);
  });

  it('is not late before its first deadline', () => {
    expect(happen([null, false], ['2024-03-02', false], [null, false])).toEqual([
      ...['nothing fresh', 'late 2024-03-02', 'nothing fresh'],
    ]);
  });
});
