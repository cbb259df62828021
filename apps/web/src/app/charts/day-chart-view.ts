import type { CalendarDay } from '@daysync/progress';
import type { Measure, Slot } from './chart-slots';
import { median, type DayValue } from './day-values';

/** A stretch of the chart; both in percent of its width. */
interface Stretch {
  readonly x: number;
  readonly width: number;
}

/** The bar of one slot; its height in percent of the chart's. */
interface Bar extends Stretch {
  readonly first: CalendarDay;
  readonly height: number;
  /** Only a single day can be unusual: a month with an unusual day is not unusual itself. */
  readonly isUnusual: boolean;
}

/** A sign below the chart, centred under the days that it marks. */
interface Sign {
  readonly kind: 'failed' | 'unusual';
  readonly x: number;
}

/** All shapes of a chart. */
interface Drawing {
  /** The value at the top of the chart. */
  readonly ceiling: number;
  readonly bars: readonly Bar[];
  /** Stretches without any tried day. */
  readonly missing: readonly Stretch[];
  /** Stretches of weeks, months or years with some missing days. */
  readonly partlyMissing: readonly Stretch[];
  readonly failed: readonly Stretch[];
  readonly signs: readonly Sign[];
}

/** Draws the slots. */
export function drawingOf(slots: readonly Slot[], measure: Measure): Drawing {
  const ceiling = ceilingFor(Math.max(0, ...slots.map(({ value }) => value ?? 0)), measure);
  const pitch = 100 / slots.length;
  const bars = slots.flatMap(({ first, value, days, unusual }, index) =>
    value === undefined
      ? []
      : [
          {
            first,
            x: (index + 0.1) * pitch,
            width: 0.8 * pitch,
            height: (100 * value) / ceiling,
            isUnusual: days === 1 && unusual > 0,
          },
        ],
  );
  const failed = stretches(slots, ({ failed }) => failed > 0);
  return {
    ceiling,
    bars,
    missing: stretches(slots, ({ missing, days }) => missing === days),
    partlyMissing: stretches(slots, ({ missing, days }) => missing > 0 && missing < days),
    failed,
    signs: [
      ...failed.map(({ x, width }) => ({ kind: 'failed' as const, x: x + width / 2 })),
      // In one slot, a failed day hides an unusual one; the table shows both.
      ...stretches(slots, ({ failed, unusual }) => unusual > 0 && failed === 0).map(
        ({ x, width }) => ({
          kind: 'unusual' as const,
          x: x + width / 2,
        }),
      ),
    ],
  };
}

/** What can be drawn besides plain bars, in the order of the legend. */
const LEGEND = ['unusual', 'failed', 'missing', 'partly_missing'] as const;
type LegendKind = (typeof LEGEND)[number];

/** The legend of what is drawn. */
export function legendOf({
  signs,
  failed,
  missing,
  partlyMissing,
}: Drawing): readonly LegendKind[] {
  const isDrawn: Readonly<Record<LegendKind, boolean>> = {
    unusual: signs.some(({ kind }) => kind === 'unusual'),
    failed: failed.length > 0,
    missing: missing.length > 0,
    partly_missing: partlyMissing.length > 0,
  };
  return LEGEND.filter((kind) => isDrawn[kind]);
}

/** Merges matching neighbours into stretches. */
function stretches(slots: readonly Slot[], isAlike: (slot: Slot) => boolean): Stretch[] {
  const pitch = 100 / slots.length;
  const found: { from: number; to: number }[] = [];
  slots.forEach((slot, index) => {
    if (!isAlike(slot)) return;
    const last = found.at(-1);
    if (last?.to === index) last.to = index + 1;
    else found.push({ from: index, to: index + 1 });
  });
  return found.map(({ from, to }) => ({ x: from * pitch, width: (to - from) * pitch }));
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Durations that read well on an axis. */
const ROUND_DURATIONS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 20, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 4, 8, 12, 24].map((hours) => hours * HOUR),
];

/** A round value not below the largest one. Never 0, because values are divided by it. */
export function ceilingFor(largest: number, measure: Measure): number {
  if (measure === 'duration') {
    const round = ROUND_DURATIONS.find((candidate) => candidate >= largest);
    if (round !== undefined) return round;
  }
  if (largest <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  return ([1, 2, 5].find((digit) => digit * power >= largest) ?? 10) * power;
}

/** The numbers of the sentence that sums up a chart. */
interface Summary {
  readonly days: number;
  readonly unusual: number;
  readonly missing: number;
  readonly failed: number;
  /** `undefined` where no day has a value. */
  readonly spread:
    | { readonly median: number; readonly least: number; readonly most: number }
    | undefined;
}

export function summaryOf(slots: readonly Slot[], values: readonly DayValue[]): Summary {
  const sum = (count: (slot: Slot) => number): number =>
    slots.reduce((total, slot) => total + count(slot), 0);
  const numbers = values.map(({ value }) => value);
  return {
    days: sum(({ days }) => days),
    unusual: sum(({ unusual }) => unusual),
    missing: sum(({ missing }) => missing),
    failed: sum(({ failed }) => failed),
    spread:
      numbers.length === 0
        ? undefined
        : { median: median(numbers), least: Math.min(...numbers), most: Math.max(...numbers) },
  };
}
