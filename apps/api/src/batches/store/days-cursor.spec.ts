import { addDays, isTerminal, type ControlVerb } from '@daysync/progress';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { DIALECTS } from '../../../../../test/databases.js';
import { migratedDatabases } from '../../../../../test/migrated-databases.js';
import type { BatchDayRow } from '../../database/schema.js';
import type { FetchedDay } from '../../sources/day-source.js';
import {
  installationsOn,
  type RunningLane,
  type ScratchInstallation,
} from '../../runner/installation.fixture.js';
import type { ListedDayRow } from './batch-store.js';
import { decodeDaysCursor, encodeDaysCursor, START, type DaysCursor } from './days-cursor.js';
import { D1, failedWith, makeDataset, rowsOf } from '../../sync/sync.fixture.js';

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

describe('the cursor of the days that changed', () => {
  it.each<{ readonly known: DaysCursor }>([
    { known: START },
    { known: [0] },
    { known: [7, 2, -1] },
    { known: [2 ** 31] },
    { known: [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] },
  ])('keeps the revs $known, fit for a URL', ({ known }) => {
    const cursor = encodeDaysCursor(known, []);
    expect(decodeDaysCursor(cursor)).toEqual(known);
    expect(cursor).toMatch(/^[\w-]+$/);
  });

  it('moves on with the days of an answer: the batch and each lane by itself, and never back', () => {
    const days = [
      { lane: null, rev: 3 },
      { lane: 2, rev: 9 },
      { lane: 2, rev: 4 },
      { lane: 0, rev: 1 },
    ];
    expect(decodeDaysCursor(encodeDaysCursor(START, days))).toEqual([3, 1, -1, 9]);
    expect(decodeDaysCursor(encodeDaysCursor([5, 0, 8], days))).toEqual([5, 1, 8, 9]);
  });

  it.each([
    ['an empty text', ''],
    ['a plain number', '7'],
    ['a number alone', encoded('7')],
    ['no JSON', encoded('[7')],
    ['null', encoded('null')],
    ['an empty list', encoded('[]')],
    ['a rev below -1', encoded('[-2]')],
    ['half a rev', encoded('[1.5]')],
    ['a rev that is a text', encoded('["7"]')],
    ['no rev of a lane', encoded('[7,null]')],
    ['a rev too large to be exact', encoded('[9007199254740993]')],
    [
      'more lanes than any batch has',
      encoded(`[${Array.from({ length: 1_001 }, () => 1).join()}]`),
    ],
    ['other spaces', encoded('[ 7]')],
    ['padding', `${encodeDaysCursor([10], [])}==`],
  ])('is refused where it is %s', (_, cursor) => {
    expect(decodeDaysCursor(cursor)).toBeUndefined();
  });
});

/** Something that may happen to a batch, as long as it can; a number says to which of its lanes. */
type Happening =
  | {
      readonly what:
        | 'claim'
        | 'requeue'
        | 'crash'
        | 'ask'
        | 'pause_and_resume'
        | ControlVerb
        | 'fail';
    }
  | { readonly what: 'commit'; readonly which: number; readonly fetched: FetchedDay };

const LANES = 3;
const DATASET = makeDataset({ concurrency: LANES, attempts: 2 });

/** What may happen where days bring this. */
function happeningsWith(...brought: readonly FetchedDay[]): fc.Arbitrary<Happening[]> {
  const commit = fc.record<Happening & { what: 'commit' }>({
    what: fc.constant('commit'),
    which: fc.nat(LANES - 1),
    fetched: fc.constantFrom(...brought),
  });
  const moves = (...what: Exclude<Happening['what'], 'commit'>[]): fc.Arbitrary<Happening> =>
    fc.constantFrom(...what).map((one) => ({ what: one }));
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: moves('claim') },
      { weight: 8, arbitrary: commit },
      { weight: 4, arbitrary: moves('ask') },
      { weight: 3, arbitrary: moves('pause', 'resume', 'pause_and_resume', 'requeue', 'crash') },
      { weight: 1, arbitrary: moves('cancel', 'fail') },
    ),
    { minLength: 10, maxLength: 60 },
  );
}

const FAILURES = (['lasting', 'passing', 'source_wide', 'source_wide'] as const).map((kind) =>
  failedWith(kind),
);
const HAPPENINGS = fc.oneof(
  happeningsWith(rowsOf(1), rowsOf(1), rowsOf()),
  happeningsWith(rowsOf(1), rowsOf(), ...FAILURES),
  happeningsWith(failedWith('source_wide')),
);

/** A batch of which it is known at each moment what a caller has been answered. */
class FollowedBatch {
  private readonly inFlight: RunningLane[] = [];
  private readonly answers: { readonly cursor: string; readonly days: readonly BatchDayRow[] }[] =
    [];

  private constructor(
    private readonly sync: ScratchInstallation,
    private readonly batchId: string,
  ) {}

  static async start(sync: ScratchInstallation): Promise<FollowedBatch> {
    const synced = addDays(D1, 4);
    await sync.start(synced, synced);
    await sync.runQueued();
    const { batch_id } = await sync.startRunning(D1, addDays(D1, 11));
    return new FollowedBatch(sync, batch_id);
  }

  async happen(happening: Happening): Promise<void> {
    const { sync, batchId } = this;
    const { status } = await sync.batch(batchId);
    switch (happening.what) {
      case 'claim':
        return this.claim();
      case 'commit': {
        const [day] = this.inFlight.splice(happening.which % this.inFlight.length, 1);
        if (day === undefined) return;
        const result = await sync.finish(day, happening.fetched);
        if (result.kind === 'claimed') this.inFlight.push({ lane: day.lane, ...result });
        return;
      }
      case 'requeue': {
        const day = this.inFlight.pop();
        if (day !== undefined) await sync.steps.requeue(day.lane, day.claim);
        return;
      }
      case 'crash':
        if (sync.database.dialect === 'postgres') return;
        this.inFlight.length = 0;
        return sync.lost.recoverAll(true);
      case 'pause_and_resume':
        await this.control('pause');
        return this.control('resume');
      case 'pause':
      case 'resume':
      case 'cancel':
        return this.control(happening.what);
      case 'fail':
        if (!isTerminal(status)) this.inFlight.length = 0;
        return sync.control.fail(batchId, { code: 'A', text: 'A' });
      case 'ask':
        return this.ask();
    }
  }

  /** Each cursor of before is answered with the days that are not as they were then, and with no other. */
  async check(): Promise<void> {
    const now = await this.sync.days(this.batchId);
    for (const { cursor, days } of this.answers) {
      const changed = now.filter((day, index) => !isSame(day, days[index]));
      const listed = await this.since(decodeDaysCursor(cursor) ?? START);
      expect(changed).toMatchObject(listed);
    }
  }

  private async control(verb: ControlVerb): Promise<void> {
    await this.sync.control.apply(this.batchId, { verb, by: null });
    await this.sync.admission.admit();
  }

  private async claim(): Promise<void> {
    const lane = await this.sync.queue.acquire();
    if (lane === null) return;
    const result = await this.sync.step(lane);
    if (result.kind === 'claimed') this.inFlight.push({ lane, ...result });
  }

  /** A caller asks on from its last answer. */
  private async ask(): Promise<void> {
    const last = this.answers.at(-1)?.cursor;
    const known = (last === undefined ? START : decodeDaysCursor(last)) ?? START;
    const cursor = encodeDaysCursor(known, await this.since(known));
    this.answers.push({ cursor, days: await this.sync.days(this.batchId) });
  }

  private async since(known: DaysCursor): Promise<readonly ListedDayRow[]> {
    return (await this.sync.store.days(this.batchId, known)) ?? [];
  }
}

function isSame(one: BatchDayRow, other: BatchDayRow | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

describe.each(DIALECTS)('the days that changed since a cursor, on %s', (dialect) => {
  const open = installationsOn(dialect, migratedDatabases());

  it('are all that changed and no other, whatever is committed in whatever lanes', async () => {
    const runs = dialect === 'sqlite' ? draws(10, 60) : draws(3, 15);
    await fc.assert(
      fc.asyncProperty(HAPPENINGS, async (happenings) => {
        const batch = await FollowedBatch.start(await open({ datasets: [DATASET] }));
        for (const happening of happenings) await batch.happen(happening);
        await batch.check();
      }),
      { numRuns: runs, seed: 20_251_017 },
    );
  });
});
