import {
  booleanAttribute,
  Component,
  computed,
  inject,
  input,
  output,
  signal,
} from '@angular/core';
import type { DayRange } from '@daysync/progress';
import { Words } from '../i18n/words';
import type { WordKey } from '../i18n/zh';
import { durationWords } from '../i18n/duration';
import { RANDOM_ID } from '../time/random';
import { daySeries, type ChartDay, type Measure, type Slot, type SlotUnit } from './chart-slots';
import { drawingOf, legendOf, summaryOf } from './day-chart-view';

const HEADINGS: Readonly<Record<Measure, WordKey>> = {
  rows: 'chart.rows',
  duration: 'chart.duration',
};

/** What a bar averages, unless it is a day. */
const AVERAGES: Readonly<Record<SlotUnit, WordKey | undefined>> = {
  day: undefined,
  week: 'chart.by_week',
  month: 'chart.by_month',
  year: 'chart.by_year',
};

/** What can stand out, in the order of the summary. */
const MARKS = ['unusual', 'failed', 'missing'] as const;

/** Rows or durations per day as bars, and the same as a sentence and a table. */
@Component({
  selector: 'ds-day-chart',
  templateUrl: './day-chart.html',
  styleUrl: './day-chart.scss',
})
export class DayChart {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;

  /** In any order, each day once; a day that is not listed counts as missing. */
  readonly days = input.required<readonly ChartDay[]>();
  readonly measure = input.required<Measure>();
  /** Whether a click on a bar, or Enter on it, opens its days. */
  readonly opens = input(false, { transform: booleanAttribute });
  readonly chosen = output<DayRange>();

  /** In pixels, without the signs below. */
  protected readonly plotHeight = 96;
  protected readonly hatchId = `hatch-${inject(RANDOM_ID)()}`;
  protected readonly hatch = `url(#${this.hatchId})`;

  private readonly series = computed(() => daySeries(this.days(), this.measure()));
  protected readonly slots = computed(() => this.series().slots);
  protected readonly unit = computed(() => this.series().unit);
  protected readonly average = computed(() => AVERAGES[this.unit()]);
  protected readonly heading = computed(() => HEADINGS[this.measure()]);
  protected readonly drawing = computed(() => drawingOf(this.slots(), this.measure()));
  private readonly numbers = computed(() => summaryOf(this.slots(), this.series().values));
  protected readonly legend = computed(() => legendOf(this.drawing()));
  protected readonly labels = computed(() => {
    const slots = this.slots();
    const middle = slots.length >= 5 ? [slots[slots.length >> 1]?.first] : [];
    const end = slots.length > 1 ? [slots.at(-1)?.last] : [];
    return [slots[0]?.first, ...middle, ...end];
  });

  /** The chart in a sentence. */
  protected readonly summary = computed(() => {
    const { days, spread, ...counts } = this.numbers();
    const values = spread && {
      median: this.say(spread.median),
      least: this.say(spread.least),
      most: this.say(spread.most),
    };
    const parts = [
      this.t('chart.summary', { what: this.t(this.heading()), days }),
      ...(values ? [this.t('chart.spread', values)] : []),
      ...this.counted(counts),
    ];
    return parts.join(this.t('preview.comma'));
  });

  /** The slot under the pointer or the keyboard cursor. */
  protected readonly pointed = signal<number | undefined>(undefined);
  /** The slot of the keyboard cursor: the last one, until a key moves it. */
  private readonly walked = signal<number | undefined>(undefined);
  protected readonly place = computed(() => {
    const last = Math.max(0, this.slots().length - 1);
    return Math.min(this.walked() ?? last, last);
  });
  protected readonly cursor = computed(() => {
    const at = this.pointed();
    const width = 100 / this.slots().length;
    return at === undefined ? undefined : { x: at * width, width };
  });
  /** The line below the chart: the slot under the pointer, or the summary. */
  protected readonly reading = computed(() => {
    const at = this.pointed();
    return at === undefined ? this.summary() : this.sayPlace(at);
  });
  /** Whether a button of the pointer, or a finger, is down on the plot. */
  protected isPressed = false;
  protected readonly isTableOpen = signal(false);

  protected point(event: PointerEvent): void {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const count = this.slots().length;
    const at = Math.floor((count * (event.clientX - left)) / width);
    this.pointed.set(Math.min(count - 1, Math.max(0, at)));
  }

  protected press(event: PointerEvent): void {
    this.isPressed = true;
    this.point(event);
  }

  /**
   * Moves the keyboard cursor; it stays there when days are added. A press moves the range input as well, to where its
   * thumb would be: that is not the slot that the pointer is on.
   */
  protected walk(at: number): void {
    if (this.isPressed) return;
    this.walked.set(at);
    this.pointed.set(at);
  }

  protected placeIn(event: Event): number {
    return (event.target as HTMLInputElement).valueAsNumber;
  }

  /** Chooses the days of a slot; the keys go on from there. */
  protected choose(at: number): void {
    this.walked.set(at);
    const slot = this.opens() ? this.slots()[at] : undefined;
    if (slot !== undefined) this.chosen.emit({ start_date: slot.first, end_date: slot.last });
  }

  protected openTable(event: Event): void {
    this.isTableOpen.set((event.target as HTMLDetailsElement).open);
  }

  /** A value of the chart in words. */
  protected say(value: number): string {
    if (this.measure() === 'rows') return this.words.number(Math.round(value));
    return this.words.say(durationWords(value));
  }

  protected sayDays({ first, last }: Slot): string {
    return first === last ? first : `${first} ${this.t('progress.to')} ${last}`;
  }

  /** One slot in words. */
  protected sayPlace(at: number): string {
    const slot = this.slots()[at];
    if (slot === undefined) return '';
    const value = slot.value === undefined ? [] : [this.say(slot.value)];
    const notes = this.sayNotes(slot);
    const parts = [this.sayDays(slot), ...value, ...(notes === '' ? [] : [notes])];
    return parts.join(this.t('preview.comma'));
  }

  /** What stands out in one slot. */
  protected sayNotes(slot: Slot): string {
    const notes =
      slot.days === 1
        ? MARKS.filter((kind) => slot[kind] > 0).map((kind) => this.t(`chart.${kind}`))
        : this.counted(slot);
    return notes.join(this.t('preview.comma'));
  }

  private counted(counts: Readonly<Record<(typeof MARKS)[number], number>>): string[] {
    return MARKS.filter((kind) => counts[kind] > 0).map((kind) =>
      this.t(`chart.count_${kind}`, { count: counts[kind] }),
    );
  }
}
