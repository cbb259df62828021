// Checks the requests to the source in one batch against the lost processes. Pure.
import type { StoredDay } from '../crash/database-state.js';
import { violation, type Violation } from '../crash/invariants.js';

export interface Ask {
  readonly day: string;
  readonly pid: number;
  /** By `performance.now`. */
  readonly at: number;
  /** By the wall clock, like the database's instants. */
  readonly atWall: number;
}

/** A runner lost its days in flight, or may have lost them. */
export interface RunnerLoss {
  readonly how: 'killed' | 'stopped' | 'halted' | 'database away' | 'connections cut';
  /** Undefined if it concerned every process. */
  readonly pid: number | undefined;
  readonly from: number;
  /** The end of its effect; Infinity while it lasts. */
  until: number;
}

/** A day that was requested again, because its runner was lost. */
export interface Redelivery {
  readonly day: string;
  readonly how: RunnerLoss['how'];
  /** The time when its runner was lost. */
  readonly lostAt: number;
  /** From the loss to the next runner's request, in milliseconds, without the time that the database was away. */
  readonly afterMs: number;
}

/** No day that is done is requested again, and no day twice unless its first runner was lost. */
export function checkAsks(
  asks: readonly Ask[],
  days: readonly StoredDay[],
  losses: readonly RunnerLoss[],
) {
  const violations: Violation[] = [];
  const redeliveries: Redelivery[] = [];
  const byDay = Map.groupBy(asks, ({ day }) => day);
  for (const { day, finishedAt } of days) {
    const ofDay = byDay.get(day) ?? [];
    const doneAt = Date.parse(finishedAt ?? '');
    // The first request led to the outcome, even if two clocks differ by milliseconds.
    for (const { atWall, pid } of ofDay.slice(1).filter((ask) => ask.atWall > doneAt)) {
      const late = `process ${pid} to ask ${atWall - doneAt} ms later`;
      violations.push(violation('done day done again', `${day} to be left alone`, late));
    }
    for (const [index, ask] of ofDay.entries()) {
      const before = ofDay[index - 1];
      if (before === undefined) continue;
      const explaining = losses.filter((loss) => explains(loss, before, ask));
      // A loss of the runner itself comes before a loss of all.
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
function awayMs(losses: readonly RunnerLoss[], from: number, until: number): number {
  return losses
    .filter(({ how }) => how === 'database away')
    .map((away) => Math.min(until, away.until) - Math.max(from, away.from))
    .reduce((sum, ms) => sum + Math.max(0, ms), 0);
}

/** A loss of all also concerns requests while it lasts. */
function explains(loss: RunnerLoss, before: Ask, after: Ask): boolean {
  const concerns = loss.pid === undefined || loss.pid === before.pid;
  if (concerns && loss.until >= before.at && loss.from <= after.at) return true;
  // The process was halted between its claim and its request, and has lost the day when it continues with the request.
  return loss.how === 'halted' && loss.pid === after.pid && loss.until >= after.at;
}
