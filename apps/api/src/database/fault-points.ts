/** The names of write transactions, also at the fault points around their commits. */
const WRITES = [
  'targets',
  'recover',
  'admit',
  'start',
  'schedule',
  'step',
  /** Before and after a day's outcome is written down for its write elsewhere, and before and after that write. */
  'unfinished_write',
  'elsewhere',
  'control',
  'extend',
  'requeue',
  'target_wait',
  'release',
  'fail',
  'forget',
  'probe',
  'session',
  'move',
  'webhook',
  'freshness',
  'unreadable',
  'accept',
  'settle',
] as const;
export type WriteName = (typeof WRITES)[number];

/** Where a test can make the program fail: just before a commit, or just after it. */
export type FaultPoint = `${WriteName}:${'before_commit' | 'after_commit'}`;

/** Called at each fault point. An error at `before_commit` undoes the transaction. */
export interface FaultPoints {
  reach(point: FaultPoint): void;
}

export const NO_FAULTS: FaultPoints = {
  reach: () => undefined,
};

const FORMAT =
  /^(?<point>[a-z_]+:[a-z_]+)@(?<first>\d+)=(?<fault>kill|disk_full)(?:\*(?<times>\d+))?$/;

/**
 * Parses the fault of a test. `step:after_commit@3=kill` kills the process at the third time;
 * `step:before_commit@3=disk_full*5` finds the disk full five times, from the third time on.
 * @param spec the value of the environment variable; without one there are no faults
 * @throws {RangeError} if it can't be parsed
 */
export function faultPointsFrom(spec: string | undefined): FaultPoints {
  if (spec === undefined || spec === '') return NO_FAULTS;
  const { point, first, fault, times = '1' } = FORMAT.exec(spec)?.groups ?? {};
  if (point === undefined) {
    throw new RangeError(`expected a fault such as step:after_commit@3=kill, got ${spec}`);
  }
  let reached = 0;
  return {
    reach(here) {
      if (here !== point) return;
      reached += 1;
      if (reached < Number(first) || reached >= Number(first) + Number(times)) return;
      if (fault === 'kill') process.kill(process.pid, 'SIGKILL');
      else throw new DiskFullFault();
    },
  };
}

/** As `node:sqlite` throws SQLITE_FULL, and node-postgres `disk_full`. */
class DiskFullFault extends Error {
  override readonly name = 'DiskFullFault';
  readonly errcode = 13;
  readonly code = '53100';
  constructor() {
    super('database or disk is full');
  }
}
