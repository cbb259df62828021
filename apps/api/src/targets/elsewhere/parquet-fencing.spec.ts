import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draws } from '../../../../../test/draws.js';
import { DayFencing, type FencedFiles } from './parquet-fencing.js';

const KEY = '0123456789abcdef';

/** The names in a folder, and what the files have: the token of the write that they come from. */
type Folder = Map<string, number | null>;

/** What happened, in its order. */
type Event =
  | { readonly kind: 'landed'; readonly token: number }
  | { readonly kind: 'wrote'; readonly token: number; readonly later: number | null }
  | { readonly kind: 'fenced'; readonly token: number; readonly found: number | null };

/** One process: each of its steps waits until it is its turn. */
class Actor {
  private go: (() => void) | null = null;
  private arrived = Promise.withResolvers<void>();
  isDone = false;
  /** The name of its next step. */
  next = '';
  /** What it has seen: two runs with the same trace go on in the same way. */
  readonly trace: unknown[] = [];

  constructor(readonly name: string) {}

  /** Waits for its turn, and does one thing. */
  async step<Result>(work: () => Result, name = ''): Promise<Result> {
    this.next = name;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.go = resolve;
    this.arrived.resolve();
    await promise;
    const result = work();
    this.trace.push(result);
    return result;
  }

  start(run: () => Promise<void>): Promise<void> {
    void run().then(() => {
      this.isDone = true;
      this.arrived.resolve();
    });
    return this.arrived.promise;
  }

  /** Takes one step, and waits until it is ready for the next one, or done. */
  async advance(): Promise<void> {
    this.arrived = Promise.withResolvers();
    this.go?.();
    await this.arrived.promise;
  }
}

/**
 * A folder as one process sees it. A listing takes two steps, and misses every name that came or went in between: POSIX
 * promises no more.
 */
function filesOf(folder: Folder, actor: Actor, events: Event[]): FencedFiles {
  return {
    key: KEY,
    list: async () => {
      const before = await actor.step(() => [...folder.keys()].sort());
      return actor.step(() => before.filter((name) => folder.has(name)));
    },
    make: (name) =>
      actor.step(() => {
        if (!folder.has(name)) folder.set(name, null);
      }),
    remove: (name) =>
      actor.step(() => {
        folder.delete(name);
      }),
    replace: (by, name) =>
      actor.step(() => {
        const token = folder.get(by);
        if (token === undefined) return false;
        folder.delete(by);
        folder.set(name, token);
        events.push({ kind: 'landed', token: token ?? 0 });
        return true;
      }),
    token: () => actor.step(() => folder.get('day.parquet') ?? null),
  };
}

/** Something that one process does. */
interface Act {
  readonly kind: 'write' | 'fence';
  readonly token: number;
}

const write = (token: number): Act => ({ kind: 'write', token });
const fence = (token: number): Act => ({ kind: 'fence', token });

class Run {
  readonly events: Event[] = [];
  readonly actors: readonly Actor[];
  /** Of the day file. */
  private readonly tokenBefore: number | null;

  private constructor(
    private readonly acts: readonly Act[],
    readonly folder: Folder,
  ) {
    this.tokenBefore = folder.get('day.parquet') ?? null;
    this.actors = acts.map(({ kind, token }) => new Actor(`${kind} ${token}`));
  }

  static async begin(acts: readonly Act[], folder: Folder = new Map()): Promise<Run> {
    const run = new Run(acts, folder);
    for (const [index, actor] of run.actors.entries()) {
      await actor.start(() => run.act(actor, acts[index] ?? write(0)));
    }
    return run;
  }

  private async act(actor: Actor, { kind, token }: Act): Promise<void> {
    const files = filesOf(this.folder, actor, this.events);
    const fencing = new DayFencing(files);
    if (kind === 'fence') {
      await fencing.raise(token);
      const found = await files.token();
      this.events.push({ kind: 'fenced', token, found });
      return;
    }
    const later = await fencing.write(token, {
      writeRows: (name) =>
        actor.step(() => {
          this.folder.set(name, token);
        }, 'write rows'),
      expectKey: () => Promise.resolve(),
    });
    this.events.push({ kind: 'wrote', token, later });
  }

  /** Those that have a step left. */
  get ready(): readonly Actor[] {
    return this.actors.filter(({ isDone }) => !isDone);
  }

  get state(): string {
    return JSON.stringify([[...this.folder].sort(), this.actors.map(({ trace }) => trace)]);
  }

  /** Checks what must hold at every moment. */
  check(): void {
    const context = JSON.stringify(this.events);
    let least = 0;
    let has = this.tokenBefore;
    for (const event of this.events) {
      switch (event.kind) {
        case 'landed':
          expect(event.token, context).toBeGreaterThanOrEqual(least);
          has = event.token;
          least = Math.max(least, event.token);
          break;
        case 'wrote':
          if (event.later !== null) expect(event.later, context).toBeGreaterThan(event.token);
          break;
        case 'fenced':
          // A write of a higher token may land between the fence and its answer.
          if (event.found !== has) expect(has ?? 0, context).toBeGreaterThanOrEqual(event.token);
          least = Math.max(least, event.token);
          break;
      }
    }
  }

  /** Checks what must hold once all are done. */
  checkEnd(): void {
    this.check();
    const context = JSON.stringify(this.events);
    const highest = Math.max(...this.acts.map(({ token }) => token));
    for (const { kind, token } of this.acts) {
      if (kind !== 'write') continue;
      const event = this.events.find((its) => its.kind === 'wrote' && its.token === token);
      const landed = this.events.some((its) => its.kind === 'landed' && its.token === token);
      const isIn = event?.kind === 'wrote' && event.later === null;
      expect(isIn, context).toBe(landed);
      if (token === highest) expect(isIn, context).toBe(true);
    }
    // No temporary file is left, and one fence.
    const hidden = [...this.folder.keys()].filter((name) => name.startsWith('.'));
    expect(hidden, context).toEqual([`.fence.${KEY}.${highest}`]);
  }
}

interface Beginning {
  readonly before?: Folder;
  /** Steps that come first, in this order; an actor more than once. */
  readonly first?: readonly number[];
}

/** Runs every order of steps; of orders that lead to the same state, one. @returns how many states there are */
async function everyOrder(
  acts: readonly Act[],
  { before = new Map(), first = [] }: Beginning = {},
): Promise<number> {
  const seen = new Set<string>();
  const open: (readonly number[])[] = [first];
  for (;;) {
    const order = open.pop();
    if (order === undefined) return seen.size;
    const run = await Run.begin(acts, new Map(before));
    for (const index of order) await run.actors[index]?.advance();
    run.check();
    if (run.ready.length === 0) run.checkEnd();
    if (seen.has(run.state)) continue;
    seen.add(run.state);
    for (const actor of run.ready) open.push([...order, run.actors.indexOf(actor)]);
  }
}

/** The steps of an actor that is alone after some others, up to its end or before a step. */
async function stepsOf(
  acts: readonly Act[],
  first: readonly number[],
  index: number,
  until?: string,
): Promise<readonly number[]> {
  const run = await Run.begin(acts);
  for (const its of first) await run.actors[its]?.advance();
  const actor = run.actors[index];
  const steps: number[] = [];
  while (actor?.isDone === false && actor.next !== until) {
    await actor.advance();
    steps.push(index);
  }
  return steps;
}

describe('the fencing of a day', () => {
  it.each([
    ['two writes', [write(5), write(7)]],
    ['a write and a later fence', [write(5), fence(7)]],
    ['a write and an earlier fence', [write(7), fence(5)]],
    ['two fences', [fence(5), fence(7)]],
  ])(
    'lets no lower write in after a higher one, in every order of the steps of %s',
    async (_name, acts) => {
      expect(await everyOrder(acts)).toBeGreaterThan(100);
      // The day was written and fenced before.
      const before = new Map([
        ['day.parquet', 3],
        [`.fence.${KEY}.3`, null],
      ]);
      expect(await everyOrder(acts, { before })).toBeGreaterThan(100);
    },
  );

  it('nor after a fence that the next one removes while a write lists them', async () => {
    const acts = [write(8), fence(9), fence(10)];
    // The write begins, and has not written its rows; the fence of 9 comes and goes. Then all is open.
    const begun = await stepsOf(acts, [], 0, 'write rows');
    const first = [...begun, ...(await stepsOf(acts, begun, 1))];
    expect(await everyOrder(acts, { first })).toBeGreaterThan(100);
  });

  it('goes by the day file as well, should the fences be removed by hand', async () => {
    const folder = new Map([['day.parquet', 9]]);
    const run = await Run.begin([write(5)], folder);
    for (const actor of run.actors) while (!actor.isDone) await actor.advance();
    expect(run.events).toEqual([{ kind: 'wrote', token: 5, later: 9 }]);
    expect(folder.get('day.parquet')).toBe(9);
  });

  it('nor in any order of any writes and fences, some of which stand still', async () => {
    const acts = fc.uniqueArray(
      fc.record({
        kind: fc.constantFrom('write' as const, 'fence' as const),
        token: fc.integer({ min: 1, max: 9 }),
      }),
      { selector: ({ token }) => token, minLength: 3, maxLength: 5 },
    );
    const orders = fc.array(fc.nat(4), { minLength: 10, maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(acts, orders, async (given, order) => {
        const run = await Run.begin(given);
        for (const index of order) {
          if (run.actors[index]?.isDone === false) await run.actors[index].advance();
        }
        run.check();
        // The next owner of the day finds what is there, and writes it.
        const next = await Run.begin([fence(20), write(21)], run.folder);
        for (const actor of next.actors) while (!actor.isDone) await actor.advance();
        next.check();
        const after = new Map([
          ['day.parquet', 21],
          [`.fence.${KEY}.21`, null],
        ]);
        expect(run.folder).toEqual(after);
        // And those that only stood still do nothing more.
        for (const actor of run.actors) while (!actor.isDone) await actor.advance();
        expect(run.folder).toEqual(after);
      }),
      { numRuns: draws(300, 5_000) },
    );
  });

  it('takes files of another key for leftovers', async () => {
    const before = new Map([
      ['.fence.aaaaaaaaaaaaaaaa.99', null],
      ['.day.aaaaaaaaaaaaaaaa.99.tmp', 99],
      ['.fence.note', null],
      ['notes.txt', null],
    ]);
    const run = await Run.begin([write(1)], before);
    for (const actor of run.actors) while (!actor.isDone) await actor.advance();
    expect([...run.folder.keys()].sort()).toEqual(
      [`.fence.${KEY}.1`, '.fence.note', 'day.parquet', 'notes.txt'].sort(),
    );
  });
});
