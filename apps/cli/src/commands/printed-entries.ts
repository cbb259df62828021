import type { LogEntry } from '../api/wire.js';

/** A day that has changed comes with all its entries: those that were printed before, and older ones, are left out. */
export class PrintedEntries {
  private readonly known = new Map<string, ReadonlySet<string>>();
  /** The instant of the oldest entry that was printed, where still older ones were left out. */
  private readonly oldest: string;

  /** @param first the entries that are printed first */
  constructor({ items, truncated }: { items: readonly LogEntry[]; truncated: boolean }) {
    this.oldest = truncated ? (items[0]?.at ?? '') : '';
    this.remember(items);
  }

  /** Those of the entries that were not there before. */
  new(entries: readonly LogEntry[]): readonly LogEntry[] {
    const fresh = new Set<LogEntry>();
    for (const [day, ofDay] of Map.groupBy(entries, dayOf)) {
      const known = this.known.get(day);
      const lastKnown = ofDay.findLastIndex((entry) => known?.has(keyOf(entry)) === true);
      for (const [index, entry] of ofDay.entries()) {
        const isOlder = entry.at < this.oldest || (entry.at === this.oldest && index < lastKnown);
        if (!isOlder && known?.has(keyOf(entry)) !== true) fresh.add(entry);
      }
    }
    this.remember(entries);
    return entries.filter((entry) => fresh.has(entry));
  }

  private remember(entries: readonly LogEntry[]): void {
    for (const [day, ofDay] of Map.groupBy(entries, dayOf)) {
      this.known.set(day, new Set(ofDay.map(keyOf)));
    }
  }
}

function dayOf({ day }: LogEntry): string {
  return day ?? '';
}

function keyOf({ at, attempt, kind }: LogEntry): string {
  return `${at} ${kind} ${attempt ?? ''}`;
}
