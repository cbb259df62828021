/** What a transaction writes: the name that it has at the fault points around its commit. */
const WRITES = [
  'targets',
  'recover',
  'admit',
  'start',
  'fire',
  'step',
  'control',
  'requeue',
  'release',
  'fail',
  'forget',
  'probe',
  'session',
  'move',
  'webhook',
] as const;
export type WriteName = (typeof WRITES)[number];

/** Where a test can have the program break: with everything written and nothing committed, or just after. */
export type FaultPoint = `${WriteName}:${'before_commit' | 'after_commit'}`;

/** Told at each fault point; what it throws at `before_commit` undoes the transaction. */
export interface FaultPoints {
  reach(point: FaultPoint): void;
}

/** Nothing ever breaks. */
export const NO_FAULTS: FaultPoints = {
  reach: () => undefined,
};

const FORMAT =
  /^(?<point>[a-z_]+:[a-z_]+)@(?<first>\d+)=(?<fault>kill|disk_full)(?:\*(?<times>\d+))?$/;

/**
 * The fault that a test asks for: `step:after_commit@3=kill` ends the process as `kill -9` does when it gets
 * there for the third time; `step:before_commit@3=disk_full*5` finds the disk full five times from then on.
 * @param spec the value of the environment variable; without one, nothing ever breaks
 * @throws {RangeError} if it can't be read
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
