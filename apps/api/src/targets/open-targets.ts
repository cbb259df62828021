import { Injectable } from '@nestjs/common';
import type { DayTarget } from './day-target.js';
import { placeOf, type Target } from './target.js';

/** A target elsewhere that days and requests use. */
interface OpenTarget {
  readonly target: DayTarget;
  users: number;
  /** It is closed after its last user. */
  isRetired: boolean;
}

/** The targets outside Daysync's own database that this process has open, one for each dataset. */
@Injectable()
export class OpenTargets {
  private readonly open = new Map<string, OpenTarget>();

  /** @param make opens a target; nothing is read or written before its first use */
  constructor(private readonly make: (target: Target) => DayTarget) {}

  /** Runs `work` with a target, which stays open until then. */
  async use<T>(target: Target, work: (open: DayTarget) => Promise<T>): Promise<T> {
    const key = keyOf(target);
    const open = this.open.get(key) ?? { target: this.make(target), users: 0, isRetired: false };
    this.open.set(key, open);
    open.users += 1;
    try {
      return await work(open.target);
    } finally {
      open.users -= 1;
      if (open.isRetired && open.users === 0) await open.target.close();
    }
  }

  /** Closes all other targets, each after its last user. */
  async retain(targets: readonly Target[]): Promise<void> {
    const kept = new Set(targets.filter(({ place }) => place !== undefined).map(keyOf));
    for (const [key, open] of this.open) {
      if (kept.has(key)) continue;
      this.open.delete(key);
      open.isRetired = true;
      if (open.users === 0) await open.target.close();
    }
  }

  async close(): Promise<void> {
    await this.retain([]);
  }
}

/** The same for what is opened alike. */
function keyOf(target: Target): string {
  const { place, table, columns } = target;
  const secret = place?.kind === 'postgres' ? place.url : '';
  return JSON.stringify([
    ...[place?.kind, secret, placeOf(target), table],
    columns.map(({ name, type, nullable }) => [name, type, nullable]),
  ]);
}
