import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concat, NEVER, Observable, of, VirtualTimeScheduler, type Subscription } from 'rxjs';
import { progressOf } from '../sync/progress.fixture';
import type { StreamEvent } from './browser-ports';
import { holdStream } from './hold-stream';

const told: StreamEvent = { kind: 'progress', progress: progressOf() };

describe('holdStream', () => {
  let scheduler: VirtualTimeScheduler;
  let log: string[];
  let held: Subscription;
  beforeEach(() => {
    scheduler = new VirtualTimeScheduler();
    log = [];
  });
  afterEach(() => held.unsubscribe());

  const note = (what: string): number => log.push(`${scheduler.now()} ${what}`);

  /** A lock that is free, or never. */
  const lock = (isFree: boolean): Observable<void> =>
    new Observable((subscriber) => {
      note('lock');
      if (isFree) subscriber.next();
      return () => void note('unlock');
    });

  function hold(stream: Observable<StreamEvent>, isFree = true): void {
    const opened = new Observable<StreamEvent>((subscriber) => {
      note('open');
      subscriber.add(() => note('close'));
      return stream.subscribe(subscriber);
    });
    held = holdStream({ lock: lock(isFree), stream: opened, random: () => 0, scheduler }).subscribe(
      ({ kind }) => note(kind),
    );
  }

  function pass(ms: number): void {
    scheduler.maxFrames = scheduler.frame + ms;
    scheduler.flush();
    scheduler.frame = scheduler.maxFrames;
  }
  const opened = (): number[] =>
    log.filter((line) => line.endsWith('open')).map((line) => Number(line.split(' ')[0]));

  it('opens no stream before it has the lock', () => {
    hold(NEVER, false);
    pass(100_000);
    expect(log).toEqual(['0 lock']);
  });

  it('holds stream and lock until it is left', () => {
    hold(concat(of(told, { kind: 'lost' } as const, told), NEVER));
    pass(100_000);
    held.unsubscribe();
    expect(log).toEqual([
      '0 lock',
      '0 open',
      '0 progress',
      '0 lost',
      '0 progress',
      '100000 close',
      '100000 unlock',
    ]);
  });

  it('gives the lock back where the stream is refused, and tries again later and later', () => {
    hold(of());
    pass(150_000);
    expect(log.slice(0, 5)).toEqual(['0 lock', '0 open', '0 close', '0 lost', '0 unlock']);
    expect(opened()).toEqual([0, 2_500, 7_500, 17_500, 37_500, 67_500, 97_500, 127_500]);
  });

  it('starts its back-off anew after a stream that told something', () => {
    let turn = 0;
    hold(
      new Observable((subscriber) => {
        turn += 1;
        if (turn === 4) subscriber.next(told);
        subscriber.complete();
      }),
    );
    pass(26_000);
    expect(opened()).toEqual([0, 2_500, 7_500, 17_500, 20_000, 25_000]);
  });
});
