// What must always be true of the database, whenever the program was killed. Each check returns violations, and none
// depends on how the program works.
import type { Call } from './call-log.js';
import {
  hasOutcome,
  isTerminal,
  type StoredBatch,
  type DatabaseState,
  type StoredDay,
} from './database-state.js';

export interface Violation {
  readonly kind:
    | 'day lost'
    | 'done day done again'
    | 'in-flight repeats'
    | 'went back'
    | 'half a day'
    | 'deadlock'
    | 'half a batch'
    | 'counters'
    | 'outcomes'
    | 'attempts'
    | 'calls'
    | 'two runners'
    | 'kill'
    | 'death'
    | 'resumed'
    | 'target';
  readonly expected: string;
  readonly received: string;
}

export interface UndisturbedRun {
  readonly days: readonly StoredDay[];
  readonly target: ReadonlyMap<string, string>;
  readonly quarantine?: DatabaseState['quarantine'];
  readonly dump: string;
}

/** The newest state of a batch that the API has shown. */
export interface Shown {
  readonly rev: number;
  readonly finished: number;
  readonly days: readonly StoredOutcome[];
}

export const NOTHING_SHOWN: Shown = { rev: 0, finished: 0, days: [] };

export interface DurableSnapshot {
  /** The last state of the batch; without days if there was none. */
  readonly before: DatabaseState;
  readonly now: DatabaseState;
  readonly shown: Shown;
  /** The target when the batch began. */
  readonly targetBefore: DatabaseState['target'];
  readonly undisturbed: UndisturbedRun;
}

/** A state with the calls since the one before. */
export interface CrashSnapshot extends DurableSnapshot {
  readonly calls: readonly Call[];
  /** The process that ran in between. */
  readonly pid: number;
  readonly concurrency: number;
  /** The process was stopping: it may have requeued its days in flight. */
  readonly stopping: boolean;
}

export function checkSnapshot(snapshot: CrashSnapshot): Violation[] {
  return [...checkDurable(snapshot), ...checkCalls(snapshot)];
}

/** The checks that do not depend on who fetched the days. */
export function checkDurable(snapshot: DurableSnapshot): Violation[] {
  const batch = snapshot.now.batches.at(-1);
  if (batch === undefined) return checkBatchWhole(snapshot);
  return [
    ...checkBatchWhole(snapshot),
    ...checkCounters(batch, snapshot.now.days),
    ...checkUnchanged(snapshot),
    ...checkForward(batch, snapshot),
    ...checkDaysWhole(batch, snapshot),
  ];
}

/** A batch exists with all its days, or not at all. */
function checkBatchWhole({ now, undisturbed }: DurableSnapshot): Violation[] {
  const planned = undisturbed.days.map(({ day }) => day);
  const found: Violation[] = [];
  if (now.strayDays > 0) {
    found.push(violation('half a batch', 'no day without a batch', `${now.strayDays}`));
  }
  const batch = now.batches.at(-1);
  if (batch === undefined) return found;
  const days = now.days.map(({ day }) => day);
  if (batch.total !== planned.length || days.join() !== planned.join()) {
    found.push(
      violation(
        'half a batch',
        `${planned.length} days, each once and in order`,
        `${days.length} days and a total of ${batch.total}`,
      ),
    );
  }
  return found;
}

/** The counters match the days, and a batch has ended if and only if no day is open. */
function checkCounters(batch: StoredBatch, days: readonly StoredDay[]): Violation[] {
  const counted = (state: string): number => days.filter((day) => day.state === state).length;
  const rows = days.reduce((sum, day) => sum + (day.state === 'success' ? (day.rows ?? 0) : 0), 0);
  const expected = [...['success', 'failed', 'skipped', 'running'].map(counted), rows].join();
  const { failed, running, skipped, success } = batch;
  const received = [success, failed, skipped, running, batch.rows].join();
  const found = compare('counters', expected, received);
  const ended = days.every(hasOutcome);
  if (ended !== isTerminal(batch)) {
    const open = days.filter((day) => !hasOutcome(day)).length;
    found.push(violation('counters', `${open} open days in the status`, `status ${batch.status}`));
  }
  return found;
}

/** An outcome that was durable or shown never changes, not even its instant. */
function checkUnchanged({ before, now, shown }: DurableSnapshot): Violation[] {
  const durable = new Map(now.days.map((day) => [day.day, day]));
  const found: Violation[] = [];
  for (const was of before.days.filter(hasOutcome)) {
    const is = durable.get(was.day);
    if (is !== undefined && describeDay(is) === describeDay(was)) continue;
    found.push(
      violation('day lost', describeDay(was), is === undefined ? 'no such day' : describeDay(is)),
    );
  }
  for (const was of shown.days) {
    const is = durable.get(was.day);
    const expected = describeOutcome(was);
    if (is !== undefined && describeOutcome(is) === expected) continue;
    found.push(
      violation('day lost', `${expected}, as the API had shown`, is ? describeDay(is) : 'nothing'),
    );
  }
  return found;
}

/** `rev` and `finished` are at least what they were, and what was shown. */
function checkForward(batch: StoredBatch, { before, shown }: DurableSnapshot): Violation[] {
  const last = before.batches.find(({ taskId }) => taskId === batch.taskId);
  const found: Violation[] = [];
  for (const counter of ['rev', 'finished'] as const) {
    const least = Math.max(last?.[counter] ?? 0, shown[counter]);
    if (batch[counter] >= least) continue;
    found.push(violation('went back', `${counter} ≥ ${least}`, `${batch[counter]}`));
  }
  return found;
}

/** A day has its rows, record and outcome, or none of them. */
function checkDaysWhole(batch: StoredBatch, snapshot: DurableSnapshot): Violation[] {
  const { now, undisturbed, targetBefore } = snapshot;
  const found: Violation[] = [];
  for (const day of now.days) {
    const done = day.state === 'success' || day.reason === 'no_data' || day.state === 'failed';
    const record = now.records.get(day.day);
    const ours = record?.lastTaskId === batch.taskId ? record : undefined;
    const recorded =
      ours === undefined
        ? `${day.day} without a record of this batch`
        : describeOutcome({ ...ours, day: day.day, state: ours.status });
    const expectedRecord = done
      ? describeOutcome(day)
      : `${day.day} without a record of this batch`;
    found.push(...compare('half a day', expectedRecord, recorded));

    const rows = now.target.get(day.day) ?? 'no rows';
    const source = day.state === 'success' ? undisturbed.target : targetBefore;
    const expected = source.get(day.day) ?? 'no rows';
    found.push(...compare('half a day', `${day.day}: ${expected}`, `${day.day}: ${rows}`));
  }
  return [...found, ...checkQuarantine(snapshot), ...checkFingerprints(snapshot)];
}

/** Every row of a day is in the target or in quarantine, and its record counts them. */
function checkQuarantine({ now, undisturbed }: DurableSnapshot): Violation[] {
  const found: Violation[] = [];
  for (const [day, { status, rows, fetchedRows, quarantinedRows }] of now.records) {
    if (status !== 'success') continue;
    const kept = now.quarantine.get(day) ?? '';
    const count = countOf(kept);
    const written = rows ?? -1;
    const expected = `${day}: ${written + count} = ${written} + ${count} rows`;
    const received = `${day}: ${fetchedRows ?? -1} = ${written} + ${quarantinedRows ?? -1} rows`;
    found.push(...compare('half a day', expected, received));
    if (undisturbed.quarantine === undefined) continue;
    const all = undisturbed.quarantine.get(day) ?? '';
    found.push(...compare('half a day', `${day}: rows ${all}`, `${day}: rows ${kept}`));
  }
  return found;
}

/** A record has the fingerprint of the rows that its day has in the target. */
function checkFingerprints({ now }: DurableSnapshot): Violation[] {
  const found: Violation[] = [];
  for (const [day, { fingerprint, rows, status, syncedRows }] of now.records) {
    if (status !== 'success') continue;
    const isWritten = /^[0-9a-f]{32}$/.test(fingerprint ?? '');
    const isOfNone = /^0{32}$/.test(fingerprint ?? '');
    const whole = `${day}: a fingerprint of ${rows ?? -1} rows`;
    const isWhole = isWritten && syncedRows === rows && isOfNone === (rows === 0);
    const received = `${day}: ${fingerprint ?? 'none'} of ${syncedRows ?? -1} rows`;
    found.push(...compare('half a day', whole, isWhole ? whole : received));
  }
  return found;
}

function countOf(numbers: string): number {
  return numbers === '' ? 0 : numbers.split(',').length;
}

/**
 * Only the running process fetched, no day with an outcome, no day twice, and at most `concurrency` days without an
 * outcome since.
 */
function checkCalls(snapshot: CrashSnapshot): Violation[] {
  const { before, calls, pid } = snapshot;
  const found: Violation[] = [];
  for (const call of calls) {
    if (call.pid !== pid) {
      found.push(violation('calls', `process ${pid} to fetch`, `${call.pid} for ${call.day}`));
    }
  }
  const done = new Set(before.days.filter(hasOutcome).map(({ day }) => day));
  const called = new Set<string>();
  for (const { day } of calls) {
    if (done.has(day)) {
      found.push(violation('done day done again', `${day} to be left alone`, 'another fetch'));
    }
    if (called.has(day)) {
      found.push(violation('calls', `${day} to be fetched once`, 'another fetch of it'));
    }
    called.add(day);
  }
  const open = openCalls(snapshot);
  if (open.length > snapshot.concurrency) {
    found.push(
      violation('in-flight repeats', `at most ${snapshot.concurrency}`, `${open.length}: ${open}`),
    );
  }
  if (snapshot.stopping) return found;
  const inFlight = new Set(
    snapshot.now.days.filter(({ state }) => state === 'running').map(({ day }) => day),
  );
  for (const day of open.filter((open) => !inFlight.has(open))) {
    found.push(violation('calls', `${day} to be fetched under a claim`, 'a fetch without one'));
  }
  return found;
}

/** The days that were fetched and have no outcome yet: they will be fetched again. */
export function openCalls({ now, calls }: Pick<CrashSnapshot, 'now' | 'calls'>): string[] {
  const done = new Set(now.days.filter(hasOutcome).map(({ day }) => day));
  return [...new Set(calls.map(({ day }) => day))].filter((day) => !done.has(day));
}

export function checkEnd(
  days: readonly (StoredOutcome & Pick<StoredDay, 'attempts'>)[],
  undisturbed: UndisturbedRun,
): Violation[] {
  const found: Violation[] = [];
  const describeAll = (all: typeof days): string[] => all.map(describeOutcome);
  const received = describeAll(days);
  const expected = describeAll(undisturbed.days);
  for (let index = 0; index < Math.max(expected.length, received.length); index++) {
    found.push(
      ...compare('outcomes', expected[index] ?? 'no day', received[index] ?? 'no such day'),
    );
  }
  for (const { day, attempts } of days) {
    found.push(...compare('attempts', `${day}: 1`, `${day}: ${attempts}`));
  }
  return found;
}

export function compare(kind: Violation['kind'], expected: string, received: string): Violation[] {
  return expected === received ? [] : [violation(kind, expected, received)];
}

export function violation(kind: Violation['kind'], expected: string, received: string): Violation {
  return { kind, expected, received };
}

export type StoredOutcome = Pick<StoredDay, 'day' | 'state' | 'reason' | 'rows'>;

function describeOutcome({ day, state, reason, rows }: StoredOutcome): string {
  return [day, state, reason ?? 'no reason', rows ?? 'no', 'rows'].join(' ');
}

function describeDay(day: StoredDay): string {
  return `${describeOutcome(day)}, finished at ${day.finishedAt ?? 'no time'}`;
}
