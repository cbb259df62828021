import { systemClock, type Clock } from '../../config/clock.js';

/** The largest gap between slices that count as consecutive, and the first amount to read ahead. */
const NEAR_BYTES = 4_096;
/** The amount doubles with each consecutive slice, up to this. */
const MOST_BYTES = 65_536;
/** How many places of the file are read ahead: a day has several if rows are sorted by another column first. */
const MOST_WINDOWS = 8;
/** Bytes are read again after this time, to see a change that neither size nor time of the file shows. */
const FRESH_MS = 100;

/** Those of all files that have bytes in memory, at most 32 MiB. The one used last is the last. */
const reading = new Set<ReadAhead>();
const MOST_READING = 64;

/** Fills a buffer from a position on, up to the end of the file. @returns the number of bytes */
export type ReadAt = (buffer: Buffer, position: number) => Promise<number>;

/** A part of the file, shorter if the file ends before. */
interface Window {
  readonly start: number;
  readonly end: number;
  readonly readAt: number;
  readonly bytes: Promise<Buffer>;
}

/**
 * Reads slices of a file, and reads ahead: days are mostly fetched in order, so a slice near an earlier one is read
 * together with what follows in that direction. Bytes read ahead may be outdated; the caller checks after each slice
 * whether the file is unchanged, as after any read.
 */
export class ReadAhead {
  /** Least recently used first. */
  private windows: Window[] = [];

  constructor(
    private readonly readAt: ReadAt,
    private readonly clock: Pick<Clock, 'monotonic'> = systemClock,
  ) {}

  /** Fills `slice` with the bytes from `position` on; `false` if the file ends before. */
  async readInto(slice: Buffer, position: number): Promise<boolean> {
    if (slice.length >= MOST_BYTES) return (await this.readAt(slice, position)) === slice.length;
    this.keepInMemory();
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

  /** Frees the bytes that were read. */
  close(): void {
    this.windows = [];
    reading.delete(this);
  }

  private keepInMemory(): void {
    reading.delete(this);
    reading.add(this);
    const [oldest] = reading;
    if (reading.size > MOST_READING) oldest?.close();
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
