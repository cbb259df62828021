// What the source was asked for in one batch, held against who was lost meanwhile. Pure.
import type { StoredDay } from '../crash/database-state.js';
import { violation, type Violation } from '../crash/invariants.js';

/** A process asked for a day. */
export interface Ask {
  readonly day: string;
  readonly pid: number;
  /** By `performance.now`. */
  readonly at: number;
  /** By the wall clock, which the database's instants are of. */
  readonly atWall: number;
}

/** A runner had to give up what it had, or may have had to. */
export interface Loss {
  readonly how: 'killed' | 'stopped' | 'halted' | 'database away' | 'connections cut';
  /** Undefined where it concerned all. */
  readonly pid: number | undefined;
  readonly from: number;
  /** When what it did was over; Infinity as long as it lasts. */
  until: number;
}

/** A day that was asked for once more, since its runner was lost. */
export interface Redelivery {
  readonly day: string;
  readonly how: Loss['how'];
  /** When its runner was lost. */
  readonly lostAt: number;
  /** From the loss to the next runner's request, in milliseconds, without the time that the database was away. */
  readonly afterMs: number;
}

export interface CheckedAsks {
  readonly violations: readonly Violation[];
  readonly redeliveries: readonly Redelivery[];
}

/** No day that was done is asked for again, and none a second time unless who asked for it before was lost. */
export function checkAsks(
  asks: readonly Ask[],
  days: readonly StoredDay[],
  losses: readonly Loss[],
): CheckedAsks {
  const violations: Violation[] = [];
  const redeliveries: Redelivery[] = [];
  const byDay = Map.groupBy(asks, ({ day }) => day);
  for (const { day, finishedAt } of days) {
    const ofDay = byDay.get(day) ?? [];
    const doneAt = Date.parse(finishedAt ?? '');
    // What was asked for first is what it was done by, whatever two clocks say of milliseconds.
    for (const { atWall, pid } of ofDay.slice(1).filter((ask) => ask.atWall > doneAt)) {
      const late = `process ${pid} to ask ${atWall - doneAt} ms later`;
      violations.push(violation('done day done again', `${day} to be left alone`, late));
    }
    for (const [index, ask] of ofDay.entries()) {
      const before = ofDay[index - 1];
      if (before === undefined) continue;
      const explaining = losses.filter((loss) => explains(loss, before, ask));
      // What befell who had it, before what befell all.
      const loss = explaining.findLast(({ pid }) => pid === before.pid) ?? explaining.at(-1);
      if (loss === undefined) {
        const received = `processes ${before.pid} and ${ask.pid}, ${(ask.at - before.at).toFixed(0)} ms apart`;
        violations.push(violation('calls', `${day} to be fetched once`, received));
      } else {
        redeliveries.push({
          day,
          how: loss.how,
          lostAt: loss.from,
          afterMs: ask.at - loss.from - awayMs(losses, loss.from, ask.at),
        });
      }
    }
    if (ofDay.length === 0) violations.push(violation('calls', `${day} to be fetched`, 'no fetch'));
  }
  return { violations, redeliveries };
}

/** How long the database was away between two times. */
function awayMs(losses: readonly Loss[], from: number, until: number): number {
  return losses
    .filter(({ how }) => how === 'database away')
    .map((away) => Math.min(until, away.until) - Math.max(from, away.from))
    .reduce((sum, ms) => sum + Math.max(0, ms), 0);
}

/** What befalls all reaches who asks for a day in its midst as well. */
function explains(loss: Loss, before: Ask, after: Ask): boolean {
  const concerns = loss.pid === undefined || loss.pid === before.pid;
  if (concerns && loss.until >= before.at && loss.from <= after.at) return true;
  // It was halted between its claim and its request, and asks as it goes on: it has lost the day by then.
  return loss.how === 'halted' && loss.pid === after.pid && loss.until >= after.at;
}
