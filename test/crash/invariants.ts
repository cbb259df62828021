// What must hold at every look at the database, whenever the program was killed. Each check gives back what it found
// against it; none of them knows how the program does it.
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

/** How each day ends, and what the target has of it, where nothing disturbs. */
export interface UndisturbedRun {
  readonly days: readonly StoredDay[];
  readonly target: ReadonlyMap<string, string>;
  /** The whole target as text. */
  readonly dump: string;
}

/** The most that the API has shown of a batch. */
export interface Shown {
  readonly rev: number;
  readonly finished: number;
  readonly days: readonly StoredOutcome[];
}

export const NOTHING_SHOWN: Shown = { rev: 0, finished: 0, days: [] };

/** A look at the database, beside the one before. */
export interface DurableLook {
  /** The same batch at the last look; without days if there was none. */
  readonly before: DatabaseState;
  readonly now: DatabaseState;
  readonly shown: Shown;
  /** What the target had when the batch began. */
  readonly targetBefore: DatabaseState['target'];
  readonly undisturbed: UndisturbedRun;
}

/** A look with what led to it since the look before. */
export interface Look extends DurableLook {
  readonly calls: readonly Call[];
  /** The process that ran meanwhile. */
  readonly pid: number;
  readonly concurrency: number;
  /** The process was asked to stop: it may have given back what it had in flight. */
  readonly stopping: boolean;
}

export function checkLook(look: Look): Violation[] {
  return [...checkDurable(look), ...checkCalls(look)];
}

/** What must hold whoever fetched the days, and however many did. */
export function checkDurable(look: DurableLook): Violation[] {
  const batch = look.now.batches.at(-1);
  if (batch === undefined) return checkBatchWhole(look);
  return [
    ...checkBatchWhole(look),
    ...checkCounters(batch, look.now.days),
    ...checkKept(look),
    ...checkForward(batch, look),
    ...checkDaysWhole(batch, look),
  ];
}

/** A batch has all its days, or it is not there. */
function checkBatchWhole({ now, undisturbed }: DurableLook): Violation[] {
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

/** The counters are those of the days, and a batch has ended if and only if no day is open. */
function checkCounters(batch: StoredBatch, days: readonly StoredDay[]): Violation[] {
  const counted = (state: string): number => days.filter((day) => day.state === state).length;
  const expected = ['success', 'failed', 'skipped', 'running'].map(counted).join();
  const received = [batch.success, batch.failed, batch.skipped, batch.running].join();
  const found = compare('counters', expected, received);
  const ended = days.every(hasOutcome);
  if (ended !== isTerminal(batch)) {
    const open = days.filter((day) => !hasOutcome(day)).length;
    found.push(violation('counters', `${open} open days to be told`, `status ${batch.status}`));
  }
  return found;
}

/** A day whose outcome was durable or was shown keeps it, to its instant. */
function checkKept({ before, now, shown }: DurableLook): Violation[] {
  const durable = new Map(now.days.map((day) => [day.day, day]));
  const found: Violation[] = [];
  for (const was of before.days.filter(hasOutcome)) {
    const is = durable.get(was.day);
    if (is !== undefined && tell(is) === tell(was)) continue;
    found.push(violation('day lost', tell(was), is === undefined ? 'no such day' : tell(is)));
  }
  for (const was of shown.days) {
    const is = durable.get(was.day);
    const told = tellOutcome(was);
    if (is !== undefined && tellOutcome(is) === told) continue;
    found.push(violation('day lost', `${told}, as the API had shown`, is ? tell(is) : 'nothing'));
  }
  return found;
}

/** `rev` and `finished` are at least what they were, and what was shown. */
function checkForward(batch: StoredBatch, { before, shown }: DurableLook): Violation[] {
  const last = before.batches.find(({ taskId }) => taskId === batch.taskId);
  const found: Violation[] = [];
  for (const counter of ['rev', 'finished'] as const) {
    const least = Math.max(last?.[counter] ?? 0, shown[counter]);
    if (batch[counter] >= least) continue;
    found.push(violation('went back', `${counter} ≥ ${least}`, `${batch[counter]}`));
  }
  return found;
}

/** A day's rows, record and outcome are all there, or none of them is. */
function checkDaysWhole(batch: StoredBatch, look: DurableLook): Violation[] {
  const { now, undisturbed, targetBefore } = look;
  const found: Violation[] = [];
  for (const day of now.days) {
    const done = day.state === 'success' || day.reason === 'no_data' || day.state === 'failed';
    const record = now.records.get(day.day);
    const ours = record?.lastTaskId === batch.taskId ? record : undefined;
    const recorded =
      ours === undefined
        ? `${day.day} without a record of this batch`
        : tellOutcome({ ...ours, day: day.day, state: ours.status });
    const expectedRecord = done ? tellOutcome(day) : `${day.day} without a record of this batch`;
    found.push(...compare('half a day', expectedRecord, recorded));

    const rows = now.target.get(day.day) ?? 'no rows';
    const source = day.state === 'success' ? undisturbed.target : targetBefore;
    const expected = source.get(day.day) ?? 'no rows';
    found.push(...compare('half a day', `${day.day}: ${expected}`, `${day.day}: ${rows}`));
  }
  return found;
}

/**
 * The source was asked only by the process that ran, for no day that had its outcome, for none twice, and for no more
 * than `concurrency` days whose outcome did not come.
 */
function checkCalls(look: Look): Violation[] {
  const { before, calls, pid } = look;
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
  const open = openCalls(look);
  if (open.length > look.concurrency) {
    found.push(
      violation('in-flight repeats', `at most ${look.concurrency}`, `${open.length}: ${open}`),
    );
  }
  if (look.stopping) return found;
  const inFlight = new Set(
    look.now.days.filter(({ state }) => state === 'running').map(({ day }) => day),
  );
  for (const day of open.filter((open) => !inFlight.has(open))) {
    found.push(violation('calls', `${day} to be fetched under a claim`, 'a fetch without one'));
  }
  return found;
}

/** The days that the source was asked for and that have no outcome yet: they will be fetched once more. */
export function openCalls({ now, calls }: Pick<Look, 'now' | 'calls'>): string[] {
  const done = new Set(now.days.filter(hasOutcome).map(({ day }) => day));
  return [...new Set(calls.map(({ day }) => day))].filter((day) => !done.has(day));
}

/** What must hold of a batch that ran to its end. */
export function checkEnd(
  days: readonly (StoredOutcome & Pick<StoredDay, 'attempts'>)[],
  undisturbed: UndisturbedRun,
): Violation[] {
  const found: Violation[] = [];
  const tellAll = (all: typeof days): string[] => all.map(tellOutcome);
  const received = tellAll(days);
  const expected = tellAll(undisturbed.days);
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

/** A violation if the two differ. */
export function compare(kind: Violation['kind'], expected: string, received: string): Violation[] {
  return expected === received ? [] : [violation(kind, expected, received)];
}

export function violation(kind: Violation['kind'], expected: string, received: string): Violation {
  return { kind, expected, received };
}

export type StoredOutcome = Pick<StoredDay, 'day' | 'state' | 'reason' | 'rows'>;

function tellOutcome({ day, state, reason, rows }: StoredOutcome): string {
  return [day, state, reason ?? 'no reason', rows ?? 'no', 'rows'].join(' ');
}

function tell(day: StoredDay): string {
  return `${tellOutcome(day)}, finished at ${day.finishedAt ?? 'no time'}`;
}
