import type { CalendarDay } from '@daysync/progress';
import type { IndexFiles } from './index-files.js';

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

/** Runs of an index that stay in memory, in about 10 MB; those before are on disk. */
const MOST_IN_MEMORY = 262_144;
/** Runs of all indexes that stay in memory, in about 50 MB. */
const MOST_IN_ALL = 1_048_576;
/** Once there is no room for more, an index that is being made writes so many at a time. */
const LEAST_WRITTEN = 65_536;
/** Start, end, first row, rows. */
const NUMBERS = 4;
const RUN_BYTES = NUMBERS * Float64Array.BYTES_PER_ELEMENT;
/** Runs that are read at a time. */
const RUNS_AT_A_TIME = 4_096;

/** Counts the runs that indexes have in memory. */
export class RunMemory {
  count = 0;

  constructor(private readonly most = MOST_IN_ALL) {}

  get isFull(): boolean {
    return this.count > this.most;
  }
}

/** Of all indexes of the process. */
export const RUN_MEMORY = new RunMemory();

export interface DayRunsOptions {
  /** A run ends once it is longer than this. */
  readonly runBytes: number;
  /** @default 262,144 */
  readonly mostInMemory?: number | undefined;
  /** @default that of all indexes */
  readonly memory?: RunMemory;
}

/**
 * Where the rows of each day are. A sorted file has few runs, and a shuffled one as many as rows: beyond a bound they go to
 * a temporary file, in batches that are ordered by day.
 */
export class DayRuns {
  private inMemory = new Map<CalendarDay, number[]>();
  private countInMemory = 0;
  /** In place of `inMemory`, once all are there. */
  private packed: PackedRuns | undefined;
  /** Pairs of a place in the file and a number of runs. */
  private readonly onDisk = new Map<CalendarDay, number[]>();
  private lastDay: CalendarDay | undefined;
  private last: number[] = [];
  private readonly runBytes: number;
  private readonly mostInMemory: number;
  private readonly memory: RunMemory;
  count = 0;

  constructor(
    private readonly files: IndexFiles,
    { runBytes, mostInMemory = MOST_IN_MEMORY, memory = RUN_MEMORY }: DayRunsOptions,
  ) {
    this.runBytes = runBytes;
    this.mostInMemory = mostInMemory;
    this.memory = memory;
  }

  /**
   * Adds the next row: to the run of the row before if that has the same day.
   * @param rows how many rows of that day there are, from `row` on
   */
  add(day: CalendarDay, start: number, end: number, row: number, rows = 1): void {
    const { last } = this;
    const at = last.length - NUMBERS;
    if (day === this.lastDay && (last[at + 1] ?? 0) - (last[at] ?? 0) < this.runBytes) {
      last[at + 1] = end;
      last[at + 3] = (last[at + 3] ?? 0) + rows;
      return;
    }
    let runs = this.inMemory.get(day);
    if (runs === undefined) this.inMemory.set(day, (runs = []));
    runs.push(start, end, row, rows);
    this.last = runs;
    this.lastDay = day;
    this.count += 1;
    this.countInMemory += 1;
    this.memory.count += 1;
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
    const most = this.memory.isFull
      ? Math.min(LEAST_WRITTEN, this.mostInMemory)
      : this.mostInMemory;
    if (this.countInMemory >= most) await this.write();
  }

  /**
   * Called when all rows are added.
   * @throws {DatabaseUnavailableError} as {@link spill} does
   */
  async finish(): Promise<void> {
    if (this.memory.isFull) await this.write();
    this.packed = new PackedRuns(this.inMemory);
    this.inMemory = new Map();
    this.last = [];
    this.endRun();
  }

  /** Ascending. */
  days(): readonly CalendarDay[] {
    const inMemory = this.packed?.days ?? this.inMemory.keys();
    return [...new Set([...this.onDisk.keys(), ...inMemory])].toSorted();
  }

  /** The runs of a day in the order of the content; none for a day without rows. */
  async *of(day: CalendarDay): AsyncGenerator<readonly DayRun[]> {
    const places = this.onDisk.get(day) ?? [];
    for (let at = 0; at < places.length; at += 2) {
      const [place = 0, count = 0] = places.slice(at, at + 2);
      const disk = await this.files.openRuns();
      for (let done = 0; done < count; done += RUNS_AT_A_TIME) {
        const numbers = new Float64Array(Math.min(RUNS_AT_A_TIME, count - done) * NUMBERS);
        await disk.readAt(Buffer.from(numbers.buffer), place + done * RUN_BYTES);
        yield runsIn(numbers);
      }
    }
    const runs = this.packed?.of(day) ?? new Float64Array();
    for (let at = 0; at < runs.length; at += RUNS_AT_A_TIME * NUMBERS) {
      yield runsIn(runs.subarray(at, at + RUNS_AT_A_TIME * NUMBERS));
    }
  }

  /** Makes room for other indexes. */
  close(): void {
    this.memory.count -= this.countInMemory;
    this.countInMemory = 0;
    this.packed = undefined;
  }

  private async write(): Promise<void> {
    if (this.countInMemory === 0) return;
    const disk = await this.files.openRuns();
    const { days, starts, numbers } = new PackedRuns(this.inMemory);
    for (const [at, day] of days.entries()) {
      const [start = 0, end = 0] = starts.subarray(at, at + 2);
      const place = disk.size + start * RUN_BYTES;
      const places = this.onDisk.get(day);
      if (places === undefined) this.onDisk.set(day, [place, end - start]);
      else places.push(place, end - start);
    }
    this.inMemory = new Map();
    this.memory.count -= this.countInMemory;
    this.countInMemory = 0;
    this.endRun();
    await disk.write(new Uint8Array(numbers.buffer));
  }
}

/** Runs by day, in a third of the memory that lists of them take. */
class PackedRuns {
  /** Ascending. */
  readonly days: readonly CalendarDay[];
  /** Which runs a day has: from its own start to the next one. */
  readonly starts: Uint32Array;
  readonly numbers: Float64Array;

  constructor(byDay: ReadonlyMap<CalendarDay, readonly number[]>) {
    this.days = [...byDay.keys()].toSorted();
    this.starts = new Uint32Array(this.days.length + 1);
    const lists = this.days.map((day) => byDay.get(day) ?? []);
    this.numbers = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
    let filled = 0;
    for (const [at, list] of lists.entries()) {
      this.numbers.set(list, filled);
      filled += list.length;
      this.starts[at + 1] = filled / NUMBERS;
    }
  }

  of(day: CalendarDay): Float64Array {
    const at = this.placeOf(day);
    if (this.days[at] !== day) return new Float64Array();
    const [start = 0, end = 0] = this.starts.subarray(at, at + 2);
    return this.numbers.subarray(start * NUMBERS, end * NUMBERS);
  }

  /** By binary search. */
  private placeOf(day: CalendarDay): number {
    let [from, to] = [0, this.days.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.days[middle] ?? day) < day) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

function runsIn(numbers: Float64Array): readonly DayRun[] {
  return Array.from({ length: numbers.length / NUMBERS }, (_, k) => {
    const at = k * NUMBERS;
    const [start, end] = [numbers[at] ?? 0, numbers[at + 1] ?? 0];
    return { start, end, firstRow: numbers[at + 2] ?? 0, rows: numbers[at + 3] ?? 0 };
  });
}
