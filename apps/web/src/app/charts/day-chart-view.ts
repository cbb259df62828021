import type { CalendarDay } from '@daysync/progress';
import type { Measure, Slot } from './chart-slots';
import { median, type DayValue } from './unusual-days';

/** A stretch of the chart; both in percent of its width. */
interface Stretch {
  readonly x: number;
  readonly width: number;
}

/** The bar of one place; its height in percent of the chart's. */
export interface Bar extends Stretch {
  readonly first: CalendarDay;
  readonly height: number;
  /** Of a single day: a month with an odd day is no odd month. */
  readonly isOdd: boolean;
}

/** A sign below the chart, in the middle of what it stands for. */
export interface Sign {
  readonly kind: 'failed' | 'odd';
  readonly x: number;
}

/** What is drawn, without a word. */
export interface Drawing {
  /** The value at the top of the chart. */
  readonly ceiling: number;
  readonly bars: readonly Bar[];
  /** Stretches of which no day was ever tried. */
  readonly missing: readonly Stretch[];
  /** Stretches of weeks, months or years of which some days are missing. */
  readonly partlyMissing: readonly Stretch[];
  /** Stretches with failed days. */
  readonly failed: readonly Stretch[];
  readonly signs: readonly Sign[];
}

/** The chart of these places. */
export function drawingOf(slots: readonly Slot[], measure: Measure): Drawing {
  const ceiling = ceilingFor(Math.max(0, ...slots.map(({ value }) => value ?? 0)), measure);
  const pitch = 100 / slots.length;
  const bars = slots.flatMap(({ first, value, days, odd }, index) =>
    value === undefined
      ? []
      : [
          {
            first,
            x: (index + 0.1) * pitch,
            width: 0.8 * pitch,
            height: (100 * value) / ceiling,
            isOdd: days === 1 && odd > 0,
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
      // A failed day hides an odd one of the same month: the table has both.
      ...stretches(slots, ({ failed, odd }) => odd > 0 && failed === 0).map(({ x, width }) => ({
        kind: 'odd' as const,
        x: x + width / 2,
      })),
    ],
  };
}

/** What a drawing can have beside plain bars, in the order it is explained. */
const LEGEND = ['odd', 'failed', 'missing', 'partly_missing'] as const;
export type LegendKind = (typeof LEGEND)[number];

/** What has to be explained: that which is drawn. */
export function legendOf({
  signs,
  failed,
  missing,
  partlyMissing,
}: Drawing): readonly LegendKind[] {
  const isDrawn: Readonly<Record<LegendKind, boolean>> = {
    odd: signs.some(({ kind }) => kind === 'odd'),
    failed: failed.length > 0,
    missing: missing.length > 0,
    partly_missing: partlyMissing.length > 0,
  };
  return LEGEND.filter((kind) => isDrawn[kind]);
}

/** The neighbours that are alike, as one stretch each. */
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
/** Durations that read well: no 50 minutes, no 5 hours. */
const ROUND_DURATIONS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 20, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 4, 8, 12, 24].map((hours) => hours * HOUR),
];

/** A round value that is not below the largest one. Never 0, so that shares of it exist. */
export function ceilingFor(largest: number, measure: Measure): number {
  if (measure === 'duration') {
    const round = ROUND_DURATIONS.find((candidate) => candidate >= largest);
    if (round !== undefined) return round;
  }
  if (largest <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  return ([1, 2, 5].find((digit) => digit * power >= largest) ?? 10) * power;
}

/** What a chart says in a sentence. */
export interface Summary {
  readonly days: number;
  readonly odd: number;
  readonly missing: number;
  readonly failed: number;
  /** `undefined` where no day has a value. */
  readonly spread:
    | { readonly median: number; readonly least: number; readonly most: number }
    | undefined;
}

/** The chart in a few numbers, of its days one by one. */
export function summaryOf(slots: readonly Slot[], values: readonly DayValue[]): Summary {
  const sum = (count: (slot: Slot) => number): number =>
    slots.reduce((total, slot) => total + count(slot), 0);
  const numbers = values.map(({ value }) => value);
  return {
    days: sum(({ days }) => days),
    odd: sum(({ odd }) => odd),
    missing: sum(({ missing }) => missing),
    failed: sum(({ failed }) => failed),
    spread:
      numbers.length === 0
        ? undefined
        : { median: median(numbers), least: Math.min(...numbers), most: Math.max(...numbers) },
  };
}
