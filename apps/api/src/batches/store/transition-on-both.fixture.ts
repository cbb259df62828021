import {
  addDays,
  addSkips,
  isTerminal,
  REPEATED_ERROR,
  type CalendarDay,
  type ControlVerb,
  type Progress,
  type SkipCount,
} from '@daysync/progress';
import fc from 'fast-check';
import { expect } from 'vitest';
import { toInstant } from '../../config/clock.js';
import type { FetchedDay } from '../../sources/day-source.js';
import { ScratchInstallation, type RunningLane } from '../../runner/installation.fixture.js';
import type { AcquiredLane } from '../lane-queue.js';
import type { StepResult } from '../../runner/lane-step.js';
import { StaleClaimError } from '../../runner/stale-claim.js';
import { D1, failedWith, makeDataset, rowsOf } from '../../sync/sync.fixture.js';
import { begun, inFlight, moved, stepped, withLanes } from './batch-model.fixture.js';
import { progressOf } from '../batch-progress.js';
import { effectOf, type AskedControl, type BatchInput, type BatchState } from '../transition.js';

const CONCURRENCY = 3;
/** So many days that met a source that is down pause a batch. */
const MOST_DEFERRED = 5;
/** So many days that failed alike pause it as well. */
const MOST_FAILED = 3;
const LONGEST = 16;
const BY = 'ana';
const BUG = { code: 'INTERNAL', text: 'an unexpected error' };
const DOWN = { code: 'BROKEN', text: 'BROKEN happened' };
const REPEATED = {
  code: REPEATED_ERROR,
  text: '3 days in a row failed with BROKEN (pause_after_failures); the last one: BROKEN happened',
};

const FETCHED = {
  success: rowsOf(1),
  failed: failedWith('lasting'),
  failed_otherwise: failedWith('lasting', { code: 'BENT' }),
  skipped: rowsOf(),
  deferred: failedWith('source_wide'),
  // The last of its attempts.
  used_up: failedWith('passing'),
} as const satisfies Record<string, FetchedDay>;
type Fetched = keyof typeof FETCHED;

/** The outcome of a day; null if it is deferred. */
function outcomeOf(fetched: Fetched): 'success' | 'failed' | 'skipped' | null {
  switch (fetched) {
    case 'deferred':
    case 'used_up':
      return null;
    case 'failed_otherwise':
      return 'failed';
    case 'success':
    case 'failed':
    case 'skipped':
      return fetched;
  }
}

/** A batch as `transition` has it, with the days that are not in a lane counted. */
class Model {
  private deferred = 0;
  /** How many days have failed since the latest answer or resume, by their errors. */
  private readonly alike = new Map<Fetched, number>();

  constructor(
    public state: BatchState,
    private run: number,
    private planned: number,
    /** Whether the planned skips are come past by the first day. */
    private readonly skipsFirst: boolean,
  ) {}

  get isEnded(): boolean {
    return isTerminal(this.state.batch.status);
  }

  admit(at: string): void {
    const { batch, lanes } = this.state;
    if (batch.status !== 'queued') return;
    this.move({ type: 'begin', at });
    this.endIfDone(at);
    const count = Math.min(CONCURRENCY, batch.total);
    if (!this.isEnded && lanes.length === 0) this.state = withLanes(this.state, count);
  }

  control(verb: ControlVerb, at: string): void {
    if (effectOf(verb, this.state.batch.status) !== 'changes') return;
    const control: AskedControl = { verb, by: BY };
    switch (verb) {
      case 'pause':
        this.move({ type: 'pause', at, error: null, control });
        return;
      case 'resume':
        this.run += this.deferred;
        this.deferred = 0;
        this.alike.clear();
        this.move({ type: 'resume', at, control });
        return;
      case 'cancel':
        this.move({ type: 'cancel', at, skipped: this.takeOpen('cancelled'), control });
        this.endIfDone(at);
        return;
    }
  }

  fail(at: string): void {
    const reason = this.state.batch.status === 'cancelling' ? 'cancelled' : 'not_run';
    const skipped = this.takeOpen(reason, inFlight(this.state).length);
    this.move({ type: 'fail', at, error: BUG, skipped });
  }

  /** What came of the day in a lane, if it had one, and the day that it goes on with, if it does. */
  step(number: number, fetched: Fetched | null, next: CalendarDay | null, at: string): void {
    const before = this.state;
    const isCancelling = before.batch.status === 'cancelling';
    const decided = fetched === null ? null : outcomeOf(fetched);
    const isDeferred = fetched !== null && decided === null && !isCancelling;
    const outcome = fetched !== null && decided === null && isCancelling ? 'failed' : decided;
    this.state = stepped(this.state, { number, outcome, next: null }, at);
    if (isDeferred) this.deferred += 1;
    if (fetched !== null) this.weigh(fetched, at);
    if (next === null) {
      this.endIfDone(at);
      // A lane that ends no day and finds none is written by the end of its batch alone.
      if (fetched === null && !this.isEnded) this.state = before;
      return;
    }
    expect(this.run, 'days to claim').toBeGreaterThan(0);
    this.run -= 1;
    const planned = this.skipsFirst ? this.planned : 0;
    this.planned -= planned;
    this.state = begun(this.state, { number, next, planned }, at);
  }

  /** Whether a lane finds a day once its own is over. */
  claims(fetched: Fetched | null): boolean {
    return this.state.batch.status === 'running' && !this.pauses(fetched) && this.run > 0;
  }

  requeue(numbers: readonly number[], at: string): void {
    for (const number of numbers) {
      this.state = stepped(this.state, { number, outcome: null, next: null }, at);
      this.run += 1;
    }
    this.endIfDone(at);
  }

  /** Whether a batch pauses itself once a day of it, which is not counted yet, has come to this. */
  private pauses(fetched: Fetched | null): boolean {
    switch (fetched) {
      case 'deferred':
      case 'used_up':
        // Both have the same code here.
        return this.deferred + 1 >= MOST_DEFERRED;
      case 'failed':
      case 'failed_otherwise':
        return (this.alike.get(fetched) ?? 0) + 1 >= MOST_FAILED && this.run > 0;
      case 'success':
      case 'skipped':
      case null:
        return false;
    }
  }

  /** A source that answers has the deferred days fail; too many of them, or of days that fail alike, pause the batch. */
  private weigh(fetched: Fetched, at: string): void {
    const outcome = outcomeOf(fetched);
    const isRunning = this.state.batch.status === 'running';
    if (outcome === 'success' || outcome === 'skipped') this.alike.clear();
    if (outcome === 'failed') this.alike.set(fetched, (this.alike.get(fetched) ?? 0) + 1);
    if (!isRunning) return;
    if (outcome !== null && this.deferred > 0) this.failDeferred(at);
    if (outcome === null && this.deferred >= MOST_DEFERRED) {
      this.move({ type: 'pause', at, error: DOWN });
    }
    const alike = this.alike.get(fetched) ?? 0;
    if (outcome === 'failed' && alike >= MOST_FAILED && this.run > 0) {
      const text = REPEATED.text
        .replace(/^\d+/, String(alike))
        .replaceAll('BROKEN', fetched === 'failed' ? 'BROKEN' : 'BENT');
      this.move({ type: 'pause', at, error: { ...REPEATED, text } });
    }
  }

  private endIfDone(at: string): void {
    if (inFlight(this.state).length > 0) return;
    const { status } = this.state.batch;
    if (status !== 'cancelling') {
      if (this.run > 0 || (this.deferred > 0 && status !== 'running')) return;
      if (this.deferred > 0) this.failDeferred(at);
    }
    const skipped = this.takeOpen(status === 'cancelling' ? 'cancelled' : 'not_run');
    if (skipped.length > 0) this.move({ type: 'skip_days', at, skipped });
    this.move({ type: 'end', at });
  }

  private failDeferred(at: string): void {
    this.move({ type: 'fail_days', at, count: this.deferred });
    this.deferred = 0;
  }

  /** All days that are not in flight, and so many that are. */
  private takeOpen(reason: 'cancelled' | 'not_run', running = 0): readonly SkipCount[] {
    const run = { reason, count: this.run + this.deferred + running };
    const planned = { reason: 'future_date', count: this.planned } as const;
    [this.run, this.deferred, this.planned] = [0, 0, 0];
    return addSkips([], [run, planned]);
  }

  private move(input: BatchInput): void {
    this.state = moved(this.state, input).state;
  }
}

type Command =
  | { readonly type: 'admit' | 'begin' | 'fail' | 'lose' | ControlVerb }
  | { readonly type: 'requeue'; readonly which: number }
  | {
      readonly type: 'finish';
      readonly which: number;
      readonly fetched: Fetched;
      readonly mayClaim: boolean;
    };

const which = fc.nat(CONCURRENCY - 1);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant('finish' as const),
      which,
      fetched: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom<Fetched[]>('deferred', 'used_up', 'failed') },
        fc.constantFrom<Fetched[]>('success', 'failed', 'failed_otherwise', 'skipped'),
      ),
      mayClaim: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('requeue' as const), which }) },
  ...(
    [
      ['begin', 8],
      ['admit', 6],
      ['resume', 3],
      ['pause', 2],
      ['lose', 1],
      ['cancel', 1],
      ['fail', 1],
    ] as const
  ).map(([type, weight]) => ({ weight, arbitrary: fc.record({ type: fc.constant(type) }) })),
);

interface Plan {
  readonly run: number;
  readonly planned: number;
  readonly order: 'asc' | 'desc';
}

const plan: fc.Arbitrary<Plan> = fc
  .record({
    run: fc.oneof(fc.nat(4), fc.integer({ min: 5, max: 8 })),
    planned: fc.nat(2),
    order: fc.constantFrom('asc' as const, 'desc' as const),
  })
  .filter(({ run, planned }) => run + planned > 0);

/** What chance hardly comes to: days that meet a source that is down, one after another. */
const PAUSES_BY_ITSELF: [Plan, Command[]] = [
  { run: 8, planned: 0, order: 'asc' },
  [
    ...[{ type: 'admit' as const }, { type: 'begin' as const }],
    ...Array.from({ length: MOST_DEFERRED }, () => ({
      ...{ type: 'finish' as const, which: 0, fetched: 'deferred' as const, mayClaim: true },
    })),
  ],
];

/** The same with days that fail alike, in two lanes, and others in between. */
const FAILS_ALIKE: [Plan, Command[]] = [
  { run: 8, planned: 0, order: 'asc' },
  [
    ...[{ type: 'admit' as const }, { type: 'begin' as const }, { type: 'begin' as const }],
    ...(['failed', 'failed_otherwise', 'failed', 'failed'] as const).map((fetched, index) => ({
      ...{ type: 'finish' as const, which: index % 2, fetched, mayClaim: true },
    })),
    ...[{ type: 'resume' as const }, { type: 'admit' as const }, { type: 'begin' as const }],
    ...Array.from({ length: MOST_FAILED }, () => ({
      ...{ type: 'finish' as const, which: 0, fetched: 'failed' as const, mayClaim: true },
    })),
  ],
];

/** An answer to a batch that is queued again leaves the deferred days as they are: they still count. */
const ANSWER_IN_QUEUE: [Plan, Command[]] = [
  { run: 8, planned: 0, order: 'asc' },
  [
    ...[{ type: 'admit' as const }, { type: 'begin' as const }, { type: 'begin' as const }],
    ...[{ type: 'pause' as const }, { type: 'resume' as const }],
    ...(['used_up', 'success'] as const).map((fetched) => ({
      ...{ type: 'finish' as const, which: 0, fetched, mayClaim: true },
    })),
    ...[{ type: 'admit' as const }, { type: 'begin' as const }],
    ...Array.from({ length: MOST_DEFERRED - 1 }, () => ({
      ...{ type: 'finish' as const, which: 0, fetched: 'used_up' as const, mayClaim: true },
    })),
  ],
];

/** A batch in a database, and the same in the model. */
class Both {
  private readonly held: RunningLane[] = [];

  private constructor(
    private readonly installation: ScratchInstallation,
    private readonly model: Model,
  ) {}

  static async start(
    installation: ScratchInstallation,
    { order, planned, run }: Plan,
  ): Promise<Both> {
    installation.clock.ms += 1_000;
    const seconds = installation.clock.ms / 1_000;
    const start = addDays(D1, LONGEST * (seconds % 50_000));
    const end = addDays(start, run + planned - 1);
    // What is planned to be skipped is in the future.
    const today = addDays(end, -planned);
    const batch = await installation.start(start, end, { order, today });
    const model = new Model({ batch, lanes: [] }, run, planned, order === 'desc');
    return new Both(installation, model);
  }

  async run(commands: readonly Command[]): Promise<void> {
    await this.compare();
    for (const one of commands) {
      this.installation.clock.ms += 1_000;
      await this.obey(one);
      await this.compare();
    }
  }

  /** Whoever has a day goes on with it, and that ends the batch. */
  async end(): Promise<void> {
    for (let tries = 0; tries < LONGEST && !this.model.isEnded; tries += 1) {
      const finish = { type: 'finish', which: 0, fetched: 'success', mayClaim: true } as const;
      await this.run([{ type: 'resume' }, { type: 'admit' }, { type: 'begin' }, finish]);
    }
    expect(this.model.isEnded).toBe(true);
    // What is still in flight finds its batch ended.
    while (this.held.length > 0) {
      await this.run([{ type: 'finish', which: 0, fetched: 'success', mayClaim: true }]);
    }
  }

  /** Leaves nothing that another batch would have to wait for. */
  async drop(): Promise<void> {
    const { control, steps } = this.installation;
    await control.fail(this.model.state.batch.batch_id, BUG);
    for (const { lane } of this.held) await steps.release(lane, null);
  }

  private async obey(one: Command): Promise<void> {
    const { admission, clock, control, lost, queue, steps } = this.installation;
    const { model } = this;
    const batchId = model.state.batch.batch_id;
    const at = toInstant(clock.ms);
    switch (one.type) {
      case 'admit':
        await admission.admit();
        model.admit(at);
        return;
      case 'pause':
      case 'resume':
      case 'cancel':
        await control.apply(batchId, { verb: one.type, by: BY });
        model.control(one.type, at);
        return;
      case 'fail':
        await control.fail(batchId, BUG);
        if (!model.isEnded) model.fail(at);
        return;
      case 'begin': {
        const lane = await queue.acquire();
        if (lane === null) return;
        const step = (): Promise<StepResult> => this.installation.step(lane);
        if (lane.batchId === batchId) await this.step(lane, null, step, true);
        // One that was given back too late.
        else expect(await step()).toMatchObject({ kind: 'released' });
        return;
      }
      case 'finish': {
        const [day] = this.held.splice(one.which, 1);
        if (day === undefined) return;
        const { fetched, mayClaim } = one;
        const step = (): Promise<StepResult> =>
          this.installation.finish(day, FETCHED[fetched], { mayClaim });
        await this.step(day.lane, fetched, step, mayClaim);
        return;
      }
      case 'requeue': {
        const [day] = this.held.splice(one.which, 1);
        if (day === undefined) return;
        if (model.isEnded) await this.expectStale(day.lane, steps.requeue(day.lane, day.claim));
        else {
          await steps.requeue(day.lane, day.claim);
          model.requeue([day.lane.number], at);
        }
        return;
      }
      case 'lose': {
        // A stop that was not waited for: it is no crash.
        await steps.markStopping('spec');
        const [first] = this.held;
        if (first === undefined) return;
        if (this.installation.database.dialect === 'sqlite') await lost.recoverAll(false);
        else await lost.recover(first.lane);
        const lanes = this.held.splice(0).map(({ lane }) => lane);
        if (!model.isEnded)
          model.requeue(
            lanes.map(({ number }) => number),
            at,
          );
        for (const lane of lanes) await steps.release(lane, 0);
        return;
      }
    }
  }

  private async step(
    lane: AcquiredLane,
    fetched: Fetched | null,
    take: () => Promise<StepResult>,
    mayClaim: boolean,
  ): Promise<void> {
    const { model } = this;
    if (model.isEnded && fetched !== null) {
      await this.expectStale(lane, take());
      return;
    }
    const claims = mayClaim && model.claims(fetched);
    const result = await take();
    expect(result.kind).toBe(claims ? 'claimed' : 'released');
    if (result.kind === 'claimed') {
      this.held.push({ lane, claim: result.claim, laneRow: result.laneRow });
    }
    if (model.isEnded) return;
    const next = result.kind === 'claimed' ? result.claim.day : null;
    model.step(lane.number, fetched, next, toInstant(this.installation.clock.ms));
  }

  private async expectStale(lane: AcquiredLane, work: Promise<unknown>): Promise<void> {
    await expect(work).rejects.toThrow(StaleClaimError);
    await this.installation.steps.release(lane, 0);
  }

  private async compare(): Promise<void> {
    const { database, registry } = this.installation;
    const { batch_id } = this.model.state.batch;
    const progress = await this.installation.progress(batch_id);
    expect(withoutTimes(progress)).toEqual(withoutTimes(progressOf(this.model.state)));
    if (database.dialect === 'sqlite') expect(registry.get(batch_id)).toEqual(progress);
  }
}

/** The model knows no times. */
function withoutTimes({
  eta: _eta,
  waiting_for: _waits,
  days_per_minute: _days,
  rows_per_minute: _rows,
  ...known
}: Progress): object {
  return known;
}

/**
 * Asserts that random inputs leave a batch in a database as `transition` has it.
 * @param url of an empty database on PostgreSQL; null for SQLite
 */
export async function assertAgreement(url: string | null, numRuns: number): Promise<void> {
  const datasets = [
    makeDataset({ concurrency: CONCURRENCY, attempts: 1, pauseAfterFailures: MOST_FAILED }),
  ];
  const installation = await ScratchInstallation.open(url, { datasets });
  const commands = fc.array(command, { minLength: 20, maxLength: 40 });
  const agreement = fc.asyncProperty(plan, commands, async (planned, given) => {
    const both = await Both.start(installation, planned);
    try {
      await both.run(given);
      await both.end();
    } finally {
      await both.drop();
    }
  });
  await fc.assert(agreement, {
    numRuns,
    examples: [PAUSES_BY_ITSELF, FAILS_ALIKE, ANSWER_IN_QUEUE],
  });
  await installation.close();
}
