import { systemClock, type Clock } from '../../config/clock.js';

/** Slices follow on each other that are not further apart, and then as much is read in advance at first. */
const NEAR_BYTES = 4_096;
/** With each that follows on, twice as much is read as before, up to this. */
const MOST_BYTES = 65_536;
/** In so many places of the file: rows that are sorted by something else first have a day in several. */
const MOST_WINDOWS = 8;
/** Bytes are not used again after that: a change that neither size nor time of the file shows is seen then. */
const FRESH_MS = 100;

/** Fills a buffer from a position on, as far as the file goes, and gives the number of bytes. */
export type ReadAt = (buffer: Buffer, position: number) => Promise<number>;

/** A part of the file; its bytes are fewer where the file ends before. */
interface Window {
  readonly start: number;
  readonly end: number;
  readonly readAt: number;
  readonly bytes: Promise<Buffer>;
}

/**
 * Reads slices of a file. Where one lies near another that was read before, what comes next in that direction is read
 * with it: days are mostly fetched in their order. Bytes that were read in advance are those of the file as it was;
 * whether it still is so has to be checked after each slice, as after any read.
 */
export class ReadAhead {
  /** The one that was used last stands last. */
  private windows: Window[] = [];

  constructor(
    private readonly readAt: ReadAt,
    private readonly clock: Pick<Clock, 'monotonic'> = systemClock,
  ) {}

  /** Fills `slice` with the bytes from `position` on; `false` if the file ends before. */
  async readInto(slice: Buffer, position: number): Promise<boolean> {
    if (slice.length >= MOST_BYTES) return (await this.readAt(slice, position)) === slice.length;
    const end = position + slice.length;
    const window = this.freshWindow(position, end) ?? this.openWindow(position, end);
    this.windows = [...this.windows.filter((one) => one !== window), window].slice(-MOST_WINDOWS);
    try {
      return (await window.bytes).copy(slice, 0, position - window.start) === slice.length;
    } catch (error) {
      this.windows = this.windows.filter((one) => one !== window);
      throw error;
    }
  }

  private freshWindow(start: number, end: number): Window | undefined {
    const oldest = this.clock.monotonic() - FRESH_MS;
    return this.windows.findLast(
      (window) => window.start <= start && end <= window.end && window.readAt > oldest,
    );
  }

  private openWindow(start: number, end: number): Window {
    const near = this.windows.findLast(
      (window) => start <= window.end + NEAR_BYTES && end >= window.start - NEAR_BYTES,
    );
    if (near === undefined) return this.read(start, end);
    const twice = Math.min(2 * (near.end - near.start), MOST_BYTES);
    const length = Math.max(twice, NEAR_BYTES, end - start);
    return start >= near.start
      ? this.read(start, start + length)
      : this.read(Math.max(0, end - length), end);
  }

  private read(start: number, end: number): Window {
    const buffer = Buffer.allocUnsafeSlow(end - start);
    const readAt = this.clock.monotonic();
    const bytes = this.readAt(buffer, start).then((count) => buffer.subarray(0, count));
    return { start, end, readAt, bytes };
  }
}
