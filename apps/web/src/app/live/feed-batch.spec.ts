import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PollUpdate, Progress } from '@daysync/progress';
import {
  BehaviorSubject,
  concat,
  map,
  NEVER,
  Observable,
  of,
  Subject,
  takeUntil,
  timer,
  VirtualTimeScheduler,
  type Subscription,
} from 'rxjs';
import { progressOf } from '../design/progress.fixture';
import type { StreamEvent } from './browser-ports';
import { feedBatch } from './feed-batch';

const at = (rev: number): Progress => progressOf({ rev });
const progress = (rev: number): PollUpdate => ({ kind: 'progress', progress: at(rev) });
const event = (rev: number): StreamEvent => ({ kind: 'progress', progress: at(rev) });

describe('feedBatch', () => {
  let scheduler: VirtualTimeScheduler;
  let mayStream: BehaviorSubject<boolean>;
  /** What comes from the streams that are open. */
  let events: Subject<StreamEvent>;
  /** What becomes of each stream; `events` where nothing is said. */
  let openStream: () => Observable<StreamEvent>;
  let expired: Subject<void>;
  let resumed: Subject<void>;
  /** What a poll brings, one after the other; the last one again and again, every two seconds. */
  let answers: PollUpdate[];
  let polledAt: number[];
  let openedAt: number[];
  let closedAt: number[];
  let seen: string[];
  let fed: Subscription;

  beforeEach(() => {
    scheduler = new VirtualTimeScheduler();
    mayStream = new BehaviorSubject(true);
    events = new Subject();
    openStream = () => events;
    expired = new Subject();
    resumed = new Subject();
    answers = [progress(1)];
    polledAt = [];
    openedAt = [];
    closedAt = [];
    seen = [];
  });
  afterEach(() => fed.unsubscribe());

  const poll = (): Observable<PollUpdate> =>
    concat(
      timer(0, 2_000, scheduler).pipe(
        map(() => {
          polledAt.push(scheduler.now());
          return (answers.length > 1 ? answers.shift() : answers[0]) ?? progress(0);
        }),
        takeUntil(expired),
      ),
      of<PollUpdate>({ kind: 'expired' }),
    );

  function begin(): void {
    const stream = new Observable<StreamEvent>((subscriber) => {
      openedAt.push(scheduler.now());
      subscriber.add(() => closedAt.push(scheduler.now()));
      return openStream().subscribe(subscriber);
    });
    fed = feedBatch({
      stream,
      mayStream,
      poll,
      anew: resumed,
      random: () => 0,
      scheduler,
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

  it('polls until the stream sends something, and no more then', () => {
    begin();
    pass(5_000);
    events.next(event(2));
    pass(10_000);
    expect(polledAt).toEqual([0, 2_000, 4_000]);
    expect(seen).toEqual(['0 1', '2000 1', '4000 1', '5000 2']);
    expect([openedAt, closedAt]).toEqual([[0], []]);
  });

  it('polls at once when the connection of the stream is lost, until the browser has it back', () => {
    begin();
    events.next(event(2));
    pass(1_000);
    events.next({ kind: 'lost' });
    pass(1_000);
    expect(polledAt).toEqual([1_000]);
    events.next(event(3));
    pass(10_000);
    expect([polledAt, openedAt, closedAt]).toEqual([[1_000], [0], []]);
  });

  it('closes the stream where it may not be open, and polls until it may', () => {
    begin();
    events.next(event(2));
    pass(1_000);
    mayStream.next(false);
    pass(3_000);
    expect([closedAt, polledAt]).toEqual([[1_000], [1_000, 3_000]]);
    mayStream.next(true);
    events.next(event(3));
    pass(10_000);
    expect([openedAt, closedAt, polledAt]).toEqual([[0, 4_000], [1_000], [1_000, 3_000]]);
  });

  it('goes on polling where the stream is refused, and tries it again later and later', () => {
    openStream = () => of();
    begin();
    pass(150_000);
    expect(openedAt).toEqual([0, 2_500, 7_500, 17_500, 37_500, 67_500, 97_500, 127_500]);
    expect(polledAt).toEqual(Array.from({ length: 76 }, (_, turn) => turn * 2_000));
  });

  it('polls at once where a stream breaks off, and has another soon', () => {
    let turn = 0;
    openStream = () => {
      turn += 1;
      return turn < 3 ? of() : concat(of(event(turn)), turn === 3 ? of() : NEVER);
    };
    begin();
    pass(20_000);
    // Two are refused; an event of the third resets the waits.
    expect(openedAt).toEqual([0, 2_500, 7_500, 10_000]);
    expect(polledAt).toEqual([0, 2_000, 4_000, 6_000, 7_500, 9_500]);
  });

  it('checks with one poll whether there is a server behind a stream that says nothing', () => {
    begin();
    events.next(event(1));
    pass(95_000);
    expect(polledAt).toEqual([30_000, 60_000, 90_000]);
    expect(closedAt).toEqual([]);
  });

  it('checks nothing while the stream sends events', () => {
    begin();
    for (let rev = 1; rev < 10; rev += 1) {
      events.next(event(rev));
      pass(29_000);
    }
    expect(polledAt).toEqual([]);
  });

  it.each<[string, PollUpdate]>([
    ['brings something newer than the stream', progress(2)],
    ['gets no answer', { kind: 'unreachable', failures: 1, retryInMs: 2_000 }],
  ])('closes a stream where that poll %s, polls, and opens another', (_, answer) => {
    answers = [answer];
    begin();
    events.next(event(1));
    pass(31_000);
    expect([closedAt, openedAt]).toEqual([[30_000], [0]]);
    expect(seen.at(-1)).toMatch(/^30000 (2|unreachable)$/);
    pass(2_000);
    expect(openedAt).toEqual([0, 32_500]);
    events.next(event(3));
    const { length } = polledAt;
    pass(20_000);
    expect(polledAt).toHaveLength(length);
  });

  it('is at rest once polling has expired, until the reader is there', () => {
    begin();
    pass(5_000);
    expired.next();
    expect([seen.at(-1), closedAt]).toEqual(['5000 expired', [5_000]]);
    pass(100_000);
    expect([polledAt, openedAt]).toEqual([[0, 2_000, 4_000], [0]]);
    resumed.next();
    pass(1);
    expect([polledAt.at(-1), openedAt]).toEqual([105_000, [0, 105_000]]);
    events.next(event(2));
    expect(seen.at(-1)).toBe('105001 2');
  });

  it('does not poll twice when the reader comes while it polls', () => {
    begin();
    pass(1_000);
    resumed.next();
    pass(1_000);
    expect(polledAt).toEqual([0, 2_000]);
  });

  it('leaves nothing behind', () => {
    begin();
    events.next(event(1));
    pass(1_000);
    fed.unsubscribe();
    pass(100_000);
    expect([closedAt, polledAt]).toEqual([[1_000], []]);
  });
});
