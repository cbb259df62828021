import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PollUpdate, Progress } from '@daysync/progress';
import { map, Subject, timer, VirtualTimeScheduler, type Subscription } from 'rxjs';
import { completed, progressOf } from '../sync/progress.fixture';
import { feedBatch, type FeedOptions, type Told } from './feed-batch';

const MINUTE = 60_000;
const at = (rev: number): Progress => progressOf({ rev });
const progress = (rev: number): PollUpdate => ({ kind: 'progress', progress: at(rev) });

describe('feedBatch', () => {
  let scheduler: VirtualTimeScheduler;
  let told: Subject<Told>;
  let anew: Subject<void>;
  /** What a poll brings, one after the other; the last one again and again, every two seconds. */
  let answers: PollUpdate[];
  let polledAt: number[];
  let askedAt: number[];
  let replacedAt: number[];
  let seen: string[];
  let fed: Subscription;

  beforeEach(() => {
    scheduler = new VirtualTimeScheduler();
    told = new Subject();
    anew = new Subject();
    answers = [progress(1)];
    polledAt = [];
    askedAt = [];
    replacedAt = [];
    seen = [];
  });
  afterEach(() => fed.unsubscribe());

  const poll = () =>
    timer(0, 2_000, scheduler).pipe(
      map(() => {
        polledAt.push(scheduler.now());
        return (answers.length > 1 ? answers.shift() : answers[0]) ?? progress(0);
      }),
    );

  function begin(options: Partial<FeedOptions> = {}): void {
    fed = feedBatch({
      told,
      anew,
      poll,
      askTabs: () => askedAt.push(scheduler.now()),
      replaceStream: () => {
        replacedAt.push(scheduler.now());
        told.next({ kind: 'lost' });
      },
      monotonic: () => scheduler.now(),
      scheduler,
      ...options,
    }).subscribe((update) => {
      const what = update.kind === 'progress' ? update.progress.rev : update.kind;
      seen.push(`${scheduler.now()} ${what}`);
    });
  }

  function pass(ms: number): void {
    scheduler.maxFrames = scheduler.frame + ms;
    scheduler.flush();
    scheduler.frame = scheduler.maxFrames;
  }

  const tell = (by: 'stream' | 'tab', rev: number): void =>
    told.next({ kind: 'progress', progress: at(rev), by });

  it('polls until something is told of its batch, and no more then', () => {
    begin();
    pass(5_000);
    tell('stream', 2);
    pass(10_000);
    expect(polledAt).toEqual([0, 2_000, 4_000]);
    expect(seen).toEqual(['0 1', '2000 1', '4000 1', '5000 2']);
  });

  it('asks the other tabs at once', () => {
    begin();
    expect(askedAt).toEqual([0]);
  });

  it('polls at once when the stream is lost', () => {
    begin();
    tell('stream', 2);
    pass(1_000);
    told.next({ kind: 'lost' });
    pass(1_000);
    expect(polledAt).toEqual([1_000]);
  });

  it('asks a tab that it hears no more, and polls when that says nothing', () => {
    begin();
    tell('tab', 2);
    pass(20_000);
    expect(askedAt).toEqual([0, 5_000]);
    expect(polledAt[0]).toBe(12_000);
  });

  it('goes on listening to a tab that answers', () => {
    begin({
      askTabs: () => {
        askedAt.push(scheduler.now());
        if (askedAt.length > 1) tell('tab', 2);
      },
    });
    tell('tab', 2);
    pass(MINUTE);
    expect(polledAt).toEqual([]);
    expect(askedAt).toHaveLength(13);
  });

  it('looks with one poll whether there is a server behind a stream that says nothing', () => {
    begin();
    tell('stream', 1);
    pass(65_000);
    expect(polledAt).toEqual([30_000, 60_000]);
    expect(replacedAt).toEqual([]);
  });

  it('has a stream replaced that has not told what a poll brings, and polls until the other tells', () => {
    answers = [progress(2)];
    begin();
    tell('stream', 1);
    pass(35_000);
    expect(polledAt).toEqual([30_000, 32_000, 34_000]);
    expect(replacedAt).toEqual([30_000]);
    tell('stream', 3);
    pass(10_000);
    expect(polledAt).toHaveLength(3);
  });

  it('has it replaced where nobody answers, and shows what that poll came to', () => {
    answers = [{ kind: 'unreachable', failures: 1, retryInMs: 2_000 }, progress(1)];
    begin();
    tell('stream', 1);
    pass(33_000);
    expect(seen).toEqual(['0 1', '30000 unreachable', '32000 1']);
    expect(replacedAt).toEqual([30_000]);
  });

  it('lets a stream stay open for as long as it likes', () => {
    begin();
    tell('stream', 1);
    pass(120 * MINUTE);
    expect(seen.join()).not.toContain('expired');
    expect(replacedAt).toEqual([]);
  });

  describe('after thirty minutes', () => {
    const expiredAt = (): number[] =>
      seen.filter((line) => line.endsWith('expired')).map((line) => Number.parseInt(line, 10));

    it('says so and polls no more, whatever else has told of the batch in between', () => {
      begin();
      pass(29 * MINUTE);
      tell('stream', 1);
      told.next({ kind: 'lost' });
      pass(60 * MINUTE);
      expect(expiredAt()).toEqual([30 * MINUTE]);
      expect(polledAt.at(-1)).toBeLessThanOrEqual(30 * MINUTE);
    });

    it('counts no time in which a stream fed', () => {
      begin();
      pass(10 * MINUTE);
      tell('stream', 1);
      pass(60 * MINUTE);
      told.next({ kind: 'lost' });
      pass(60 * MINUTE);
      const [at = 0] = expiredAt();
      // The polls that looked after the stream have taken no time here.
      expect(at).toBe(90 * MINUTE);
    });

    it('counts from when the reader was there last', () => {
      begin();
      pass(20 * MINUTE);
      anew.next();
      pass(60 * MINUTE);
      expect(expiredAt()).toEqual([50 * MINUTE]);
    });

    it('polls on when the reader is there, for as long again', () => {
      begin();
      pass(40 * MINUTE);
      anew.next();
      pass(1);
      expect(polledAt.at(-1)).toBe(40 * MINUTE);
      pass(60 * MINUTE);
      expect(expiredAt()).toEqual([30 * MINUTE, 70 * MINUTE]);
    });

    it('says so again when a stream is lost that has told since', () => {
      begin();
      pass(40 * MINUTE);
      tell('tab', 1);
      told.next({ kind: 'lost' });
      expect(expiredAt()).toEqual([30 * MINUTE, 40 * MINUTE]);
    });

    it('forgets what was polled when the reader comes while a stream feeds', () => {
      begin();
      pass(40 * MINUTE);
      tell('stream', 1);
      anew.next();
      told.next({ kind: 'lost' });
      pass(29 * MINUTE);
      expect(expiredAt()).toEqual([30 * MINUTE]);
      expect(polledAt.at(-1)).toBe(scheduler.now());
    });

    it('lets a quiet stream be that has told since', () => {
      begin();
      pass(40 * MINUTE);
      tell('stream', 1);
      polledAt = [];
      pass(5 * MINUTE);
      expect(expiredAt()).toEqual([30 * MINUTE]);
      expect(polledAt).toHaveLength(10);
    });
  });

  it('does not poll twice when the reader comes while it polls', () => {
    begin();
    pass(1_000);
    anew.next();
    pass(1_000);
    expect(polledAt).toEqual([0, 2_000]);
  });

  it('takes what is told after that', () => {
    begin();
    pass(31 * MINUTE);
    const { length } = seen;
    told.next({ kind: 'progress', progress: completed(), by: 'tab' });
    expect(seen).toHaveLength(length + 1);
  });
});
