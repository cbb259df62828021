import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asyncScheduler, BehaviorSubject, of, VirtualTimeScheduler, type Subscription } from 'rxjs';
import type { PollAnswer, PollUpdate } from './poll-answer.js';
import { pollProgress, type PollOptions } from './poll-progress.js';
import type { BatchStatus, Progress } from './progress.js';
import { batchOf } from './progress.fixture.js';

const MINUTE = 60_000;

const progressIn = (status: BatchStatus): Progress => ({ ...batchOf(), status });

const answerIn = (status: BatchStatus): PollAnswer => ({
  kind: 'progress',
  progress: progressIn(status),
});
const running = answerIn('running');
const busy = (retryAfterMs: number | null = null): PollAnswer => ({ kind: 'busy', retryAfterMs });

/** One request to the fake server: a delayed answer, or an error. */
type Step = { readonly afterMs?: number; readonly answer: PollAnswer | Error };

/** A server on virtual time that follows a script and repeats its last step. */
class ScriptedServer {
  readonly scheduler = new VirtualTimeScheduler();
  readonly askedAt: number[] = [];
  readonly updates: PollUpdate[] = [];
  readonly seen: string[] = [];
  readonly signals: AbortSignal[] = [];
  underWay = 0;
  mostUnderWay = 0;
  ended = false;
  private subscription: Subscription | undefined;

  constructor(
    private readonly script: readonly Step[],
    private readonly options: Partial<PollOptions> = {},
  ) {}

  watch(): void {
    const stream = pollProgress({
      fetch: (signal) => this.fetch(signal),
      random: () => 0,
      scheduler: this.scheduler,
      ...this.options,
    });
    this.subscription = stream.subscribe({
      next: (update) => {
        this.updates.push(update);
        const what =
          update.kind === 'progress'
            ? update.progress.status
            : 'retryInMs' in update
              ? `${update.kind} ${update.failures} ${update.retryInMs}`
              : update.kind;
        this.seen.push(`${this.scheduler.now()} ${what}`);
      },
      complete: () => (this.ended = true),
    });
  }

  leave(): void {
    this.subscription?.unsubscribe();
  }

  /** Lets `ms` pass, one scheduled action after the other, so that promises settle in between. */
  async pass(ms: number): Promise<void> {
    const end = this.scheduler.frame + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.scheduler.actions.reduce(
        (soonest, { delay }) => Math.min(soonest, delay),
        Infinity,
      );
      if (next > end) break;
      this.scheduler.maxFrames = next;
      this.scheduler.flush();
    }
    this.scheduler.frame = end;
  }

  private fetch(signal: AbortSignal): Promise<PollAnswer> {
    this.signals.push(signal);
    const step = this.script[Math.min(this.askedAt.length, this.script.length - 1)];
    if (step === undefined) throw new RangeError('expected a script with a step');
    this.askedAt.push(this.scheduler.now());
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    return new Promise((resolve, reject) => {
      this.scheduler.schedule(() => {
        this.underWay -= 1;
        if (step.answer instanceof Error) reject(step.answer);
        else resolve(step.answer);
      }, step.afterMs ?? 0);
    });
  }
}

let server: ScriptedServer;
function start(script: readonly Step[], options?: Partial<PollOptions>): void {
  server = new ScriptedServer(script, options);
  server.watch();
}
/** The updates without their times. */
const waits = (): string[] => server.seen.map((line) => line.split(' ').slice(1).join(' '));
beforeEach(() => start([{ answer: running }]));
afterEach(() => server.leave());

describe('pollProgress', () => {
  const asking = (poll_after_ms: number): Step => ({
    answer: { kind: 'progress', progress: { ...progressIn('running'), poll_after_ms } },
  });

  it('polls at the interval of the newest progress', async () => {
    start([asking(5_000), asking(5_000), asking(1_000)]);
    await server.pass(13_000);
    expect(server.askedAt).toEqual([0, 5_000, 10_000, 11_000, 12_000, 13_000]);
  });

  it.each([
    ['never more than four times a second', 0, 250],
    ['once a minute at least', 3_600_000, 60_000],
    ['at intervalMs where a progress sets no interval', Number.NaN, 3_000],
  ])('polls %s', async (_, asked, expected) => {
    start([asking(asked)], { intervalMs: 3_000 });
    await server.pass(60_000);
    expect(server.askedAt.slice(0, 2)).toEqual([0, expected]);
  });

  it('keeps one request at a time while the interval changes', async () => {
    start([
      { ...asking(500), afterMs: 3_000 },
      { ...asking(250), afterMs: 3_000 },
    ]);
    await server.pass(20_000);
    expect(server.mostUnderWay).toBe(1);
    expect(server.askedAt.slice(0, 3)).toEqual([0, 3_500, 6_750]);
  });

  it.each<BatchStatus>(['completed', 'failed', 'cancelled'])('ends with %s', async (status) => {
    start([{ answer: running }, { answer: answerIn(status) }]);
    await server.pass(10 * MINUTE);
    expect(server.seen.map((line) => line.split(' ')[1])).toEqual(['running', status]);
    expect(server.askedAt).toHaveLength(2);
    expect(server.ended).toBe(true);
  });

  it.each<BatchStatus>(['queued', 'running', 'paused', 'cancelling'])(
    'goes on while the batch is %s',
    async (status) => {
      start([{ answer: answerIn(status) }]);
      await server.pass(10_000);
      expect(server.ended).toBe(false);
      expect(server.askedAt).toHaveLength(6);
    },
  );

  describe('with an answer that is older than the newest, such as of another process', () => {
    const at = (rev: number, status: BatchStatus = 'running'): Step => ({
      answer: { kind: 'progress', progress: { ...progressIn(status), rev } },
    });
    const away: Step = { answer: new TypeError('fetch failed') };
    /** The `rev` of each progress, and the other updates. */
    const shown = async (...script: readonly Step[]): Promise<readonly (number | string)[]> => {
      start(script);
      await server.pass(2_000 * (script.length - 1));
      return server.updates.map((it) => (it.kind === 'progress' ? it.progress.rev : it.kind));
    };

    it('keeps the newest', async () => {
      expect(await shown(at(5), at(4), at(6))).toEqual([5, 5, 6]);
    });

    it('is connected again after a failure', async () => {
      expect((await shown(at(5), away, at(4))).slice(0, 3)).toEqual([5, 'unreachable', 5]);
    });

    it('ends with the batch, also when a restored server counts from less', async () => {
      expect(await shown(at(5), at(4, 'completed'))).toEqual([5, 4]);
    });
  });

  it('ends when the server refuses', async () => {
    start([{ answer: { kind: 'refused', code: 'BATCH_NOT_FOUND' } }]);
    await server.pass(10_000);
    expect(server.seen).toEqual(['0 refused']);
    expect(server.askedAt).toEqual([0]);
    expect(server.ended).toBe(true);
  });

  it('expires after thirty minutes', async () => {
    await server.pass(31 * MINUTE);
    expect(server.seen.at(-1)).toBe(`${30 * MINUTE} expired`);
    expect(server.ended).toBe(true);
    expect(server.askedAt.at(-1)).toBeLessThanOrEqual(30 * MINUTE);
  });

  it('polls without end without a deadline', async () => {
    // On real timers: setTimeout treats Infinity as 0.
    start([{ answer: running }], { deadlineMs: Infinity, scheduler: asyncScheduler });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([server.seen, server.ended]).toEqual([[], false]);
    server.leave();
  });

  it('expires at its deadline even during a request, and aborts it', async () => {
    start([{ answer: running, afterMs: 10 * MINUTE }], { deadlineMs: 5_000 });
    await server.pass(6_000);
    expect(server.seen).toEqual(['5000 expired']);
    expect(server.signals.map((signal) => signal.aborted)).toEqual([true]);
  });

  it('backs off exponentially to thirty seconds while the server is busy', async () => {
    start([{ answer: busy() }], { random: () => 0.999_999 });
    await server.pass(2 * MINUTE);
    expect(waits().slice(0, 6)).toEqual([
      'busy 1 2000',
      'busy 2 4000',
      'busy 3 8000',
      'busy 4 16000',
      'busy 5 30000',
      'busy 6 30000',
    ]);
  });

  it('polls every few seconds while the server is unreachable', async () => {
    start([{ answer: new TypeError('fetch failed') }], { random: () => 0.999_999 });
    await server.pass(10 * MINUTE);
    expect(waits().slice(0, 3)).toEqual([
      'unreachable 1 2000',
      'unreachable 2 3000',
      'unreachable 3 3000',
    ]);
    const gaps = server.askedAt.slice(1).map((at, index) => at - (server.askedAt[index] ?? 0));
    expect(Math.max(...gaps)).toBe(3_000);
  });

  it('counts a request without end as unanswered, and aborts it', async () => {
    start([{ answer: running, afterMs: 10 * MINUTE }, { answer: running }]);
    await server.pass(11_500);
    expect(server.seen).toEqual(['10000 unreachable 1 1000', '11000 running']);
    expect(server.signals[0]?.aborted).toBe(true);
  });

  it('counts busy and unreachable failures separately, and begins anew after a success', async () => {
    const away = { answer: new TypeError('fetch failed') };
    start([away, away, { answer: busy() }, { answer: running }, away, { answer: running }]);
    await server.pass(10_000);
    expect(waits().slice(0, 6)).toEqual([
      'unreachable 1 1000',
      'unreachable 2 1500',
      'busy 1 1000',
      'running',
      'unreachable 1 1000',
      'running',
    ]);
  });

  it('survives ten thousand failures in a row', async () => {
    const FAILURES = 10_000;
    const away = Array.from({ length: FAILURES }, () => ({ answer: new TypeError('no network') }));
    start([...away, { answer: answerIn('completed') }], { deadlineMs: 1_000 * MINUTE });
    await server.pass(900 * MINUTE);
    expect(waits().slice(-2)).toEqual([`unreachable ${FAILURES} 1500`, 'completed']);
    expect(server.ended).toBe(true);
  });

  it.each([
    ['as long as the server asks for', 20_000, 20_000],
    ['no less than its own back-off', 1, 1_000],
  ])('waits %s', async (_, retryAfterMs, waited) => {
    start([{ answer: busy(retryAfterMs) }, { answer: running }]);
    await server.pass(21_000);
    expect(server.askedAt.slice(0, 2)).toEqual([0, waited]);
  });

  it('counts a request that throws before it is sent as a failure', async () => {
    const fetch = (): Promise<PollAnswer> => {
      throw new TypeError('no network');
    };
    start([{ answer: running }], { fetch });
    await server.pass(500);
    expect(server.seen).toEqual(['0 unreachable 1 1000']);
  });

  it('aborts its request and stops when the subscriber leaves', async () => {
    start([{ answer: running, afterMs: 3_000 }]);
    await server.pass(1_000);
    server.leave();
    await server.pass(10_000);
    expect(server.signals.map((signal) => signal.aborted)).toEqual([true]);
    expect(server.askedAt).toEqual([0]);
    expect(server.seen).toEqual([]);
  });
});

describe('pollProgress with a least interval', () => {
  const SLOW = 30_000;
  let least: BehaviorSubject<number>;
  beforeEach(() => {
    least = new BehaviorSubject(0);
  });
  const begin = (...script: readonly Step[]): void => start(script, { leastIntervalMs: least });

  it('polls no sooner, and not at once when the interval becomes longer', async () => {
    begin({ answer: running });
    await server.pass(3_000);
    least.next(SLOW);
    await server.pass(70_000);
    expect(server.askedAt).toEqual([0, 2_000, 33_000, 63_000]);
  });

  it('backs off as usual where it never changes', async () => {
    start([{ answer: busy() }], { leastIntervalMs: of(1_500) });
    await server.pass(8_000);
    expect(waits()).toEqual(['busy 1 1500', 'busy 2 2000', 'busy 3 4000', 'busy 4 8000']);
  });

  it('polls at once when it becomes shorter, and continues as before', async () => {
    least.next(SLOW);
    begin({ answer: running });
    await server.pass(10_000);
    least.next(0);
    await server.pass(4_000);
    expect(server.askedAt).toEqual([0, 10_000, 12_000, 14_000]);
  });

  it('sends no second request during a request', async () => {
    least.next(SLOW);
    begin({ answer: running, afterMs: 5_000 });
    await server.pass(2_000);
    least.next(0);
    await server.pass(4_500);
    expect(server.askedAt).toEqual([0, 6_000]);
    expect(server.mostUnderWay).toBe(1);
  });

  it('waits for it after a failure, until it becomes shorter', async () => {
    least.next(SLOW);
    begin({ answer: new TypeError('fetch failed') }, { answer: running });
    await server.pass(10_000);
    expect(server.seen).toEqual(['0 unreachable 1 30000']);
    least.next(0);
    await server.pass(0);
    expect(server.askedAt).toEqual([0, 10_000]);
  });

  it('still waits as long as a busy server asks for', async () => {
    least.next(SLOW);
    begin({ answer: busy(20_000) }, { answer: running });
    await server.pass(5_000);
    least.next(0);
    await server.pass(15_000);
    expect(server.askedAt).toEqual([0, 20_000]);
  });

  it('restarts its thirty minutes when it becomes shorter', async () => {
    least.next(SLOW);
    begin({ answer: running });
    await server.pass(29 * MINUTE);
    least.next(0);
    await server.pass(29 * MINUTE);
    expect(server.ended).toBe(false);
    await server.pass(1 * MINUTE);
    expect(server.seen.at(-1)).toBe(`${59 * MINUTE} expired`);
  });
});
