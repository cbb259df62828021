import type { CalendarDay } from '@daysync/progress';
import { TemporaryFile } from '../temporary-file.js';

/** Consecutive rows of one day, as a slice of the content. */
export interface DayRun {
  /** The offset of the first byte. */
  readonly start: number;
  /** The offset after the last byte. */
  readonly end: number;
  /** Counted from 1 without a header. */
  readonly firstRow: number;
  readonly rows: number;
}

/** Runs that stay in memory, in about 10 MB; those before are on disk. */
const MOST_IN_MEMORY = 262_144;
/** Start, end, first row, rows. */
const NUMBERS = 4;
const RUN_BYTES = NUMBERS * Float64Array.BYTES_PER_ELEMENT;
/** Runs that are read at a time. */
const RUNS_AT_A_TIME = 4_096;

/**
 * Where the rows of each day are. A sorted file has few runs, and a shuffled one as many as rows: beyond a bound they go to
 * a temporary file, in batches that are ordered by day.
 */
export class DayRuns {
  private inMemory = new Map<CalendarDay, number[]>();
  private countInMemory = 0;
  /** Pairs of a place in the file and a number of runs. */
  private readonly onDisk = new Map<CalendarDay, number[]>();
  private disk: TemporaryFile | undefined;
  private lastDay: CalendarDay | undefined;
  private last: number[] = [];
  count = 0;

  /** @param runBytes a run ends once it is longer than this */
  constructor(
    private readonly runBytes: number,
    private readonly mostInMemory = MOST_IN_MEMORY,
  ) {}

  /** Adds the next row: to the run of the row before if that has the same day. */
  add(day: CalendarDay, start: number, end: number, row: number): void {
    const { last } = this;
    const at = last.length - NUMBERS;
    if (day === this.lastDay && (last[at + 1] ?? 0) - (last[at] ?? 0) < this.runBytes) {
      last[at + 1] = end;
      last[at + 3] = (last[at + 3] ?? 0) + 1;
      return;
    }
    let runs = this.inMemory.get(day);
    if (runs === undefined) this.inMemory.set(day, (runs = []));
    runs.push(start, end, row, 1);
    this.last = runs;
    this.lastDay = day;
    this.count += 1;
    this.countInMemory += 1;
  }

  /** The next row begins a run, also where its day is that of the row before. */
  endRun(): void {
    this.lastDay = undefined;
  }

  /**
   * Writes the runs to disk if there are many.
   * @throws {DatabaseUnavailableError} if the disk has no room
   */
  async spill(): Promise<void> {
    if (this.countInMemory < this.mostInMemory) return;
    const disk = (this.disk ??= await TemporaryFile.create());
    const numbers = new Float64Array(this.countInMemory * NUMBERS);
    let filled = 0;
    for (const [day, runs] of this.inMemory) {
      numbers.set(runs, filled);
      const place = disk.size + filled * Float64Array.BYTES_PER_ELEMENT;
      const places = this.onDisk.get(day);
      if (places === undefined) this.onDisk.set(day, [place, runs.length / NUMBERS]);
      else places.push(place, runs.length / NUMBERS);
      filled += runs.length;
    }
    this.inMemory = new Map();
    this.countInMemory = 0;
    this.endRun();
    await disk.write(new Uint8Array(numbers.buffer));
  }

  get isOnDisk(): boolean {
    return this.disk !== undefined;
  }

  /** Ascending. */
  days(): readonly CalendarDay[] {
    return [...new Set([...this.onDisk.keys(), ...this.inMemory.keys()])].toSorted();
  }

  /** The runs of a day in the order of the content; none for a day without rows. */
  async *of(day: CalendarDay): AsyncGenerator<readonly DayRun[]> {
    const { disk } = this;
    const places = this.onDisk.get(day) ?? [];
    for (let at = 0; disk !== undefined && at < places.length; at += 2) {
      const [place = 0, count = 0] = places.slice(at, at + 2);
      for (let done = 0; done < count; done += RUNS_AT_A_TIME) {
        const numbers = new Float64Array(Math.min(RUNS_AT_A_TIME, count - done) * NUMBERS);
        await disk.readAt(Buffer.from(numbers.buffer), place + done * RUN_BYTES);
        yield runsIn(numbers, 0, numbers.length);
      }
    }
    const runs = this.inMemory.get(day) ?? [];
    for (let at = 0; at < runs.length; at += RUNS_AT_A_TIME * NUMBERS) {
      yield runsIn(runs, at, Math.min(runs.length, at + RUNS_AT_A_TIME * NUMBERS));
    }
  }

  async close(): Promise<void> {
    await this.disk?.close();
  }
}

function runsIn(numbers: ArrayLike<number>, from: number, to: number): readonly DayRun[] {
  return Array.from({ length: (to - from) / NUMBERS }, (_, k) => {
    const at = from + k * NUMBERS;
    const [start, end] = [numbers[at] ?? 0, numbers[at + 1] ?? 0];
    return { start, end, firstRow: numbers[at + 2] ?? 0, rows: numbers[at + 3] ?? 0 };
  });
}
