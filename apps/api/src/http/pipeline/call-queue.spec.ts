import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { CallQueue, type CallAdmission } from './call-queue.js';

const LIMITS = { running: 3, runningOfCaller: 2, waiting: 4, waitingOfCaller: 3, waitMs: 60_000 };

let queue: CallQueue;
/** The admitted calls in their order. */
let admitted: string[];
let releases: Map<string, () => void>;
beforeEach(() => {
  queue = new CallQueue(LIMITS);
  admitted = [];
  releases = new Map();
});

/** @param call the caller's name and a number */
async function enter(call: string, left = new AbortController().signal): Promise<CallAdmission> {
  const admission = await queue.enter(call.slice(0, 1), left);
  if (admission.kind === 'admitted') {
    admitted.push(call);
    releases.set(call, admission.release);
  }
  return admission;
}

async function enterAll(...calls: readonly string[]): Promise<void> {
  for (const call of calls) void enter(call);
  await nextTurn();
}

async function release(call: string): Promise<void> {
  releases.get(call)?.();
  await nextTurn();
}

describe('the queue of calls', () => {
  it('admits the callers in turn, and the calls of each in their order', async () => {
    await enterAll('a1', 'a2', 'b1', 'a3', 'a4', 'c1', 'b2');
    await release('b1');
    expect(admitted.slice(3)).toEqual(['c1']);
    await release('a1');
    await release('a2');
    expect(admitted.slice(3)).toEqual(['c1', 'a3', 'b2']);
    await release('a3');
    expect(admitted.slice(3)).toEqual(['c1', 'a3', 'b2', 'a4']);
  });

  it('lets a few run, and passes over a caller that has as many running as it may', async () => {
    await enterAll('a1', 'a2', 'a3', 'b1', 'b2');
    expect(admitted).toEqual(['a1', 'a2', 'b1']);
    await release('b1');
    expect(admitted.slice(3)).toEqual(['b2']);
    await release('b2');
    // The third place stays free, for others.
    await enterAll('c1');
    expect(admitted.slice(4)).toEqual(['c1']);
  });

  it('counts a release once', async () => {
    await enterAll('a1', 'a2', 'b1', 'a3', 'b2', 'b3');
    await release('b1');
    await release('b1');
    expect(admitted.slice(3)).toEqual(['b2']);
  });

  it('is busy for a caller with too many waiting, and for all behind its end', async () => {
    await enterAll('a1', 'a2', 'a3', 'a4', 'a5');
    expect(await enter('a6')).toEqual({ kind: 'busy', full: 'caller', limit: 3 });
    await enterAll('b1', 'b2');
    expect(await enter('c1')).toEqual({ kind: 'busy', full: 'all', limit: 4 });
    await release('b1');
    await enterAll('c2');
    await release('b2');
    expect(admitted.at(-1)).toBe('c2');
  });

  it('is busy for a call that has waited too long, and forgets it', async () => {
    queue = new CallQueue({ ...LIMITS, waitMs: 1 });
    await enterAll('a1', 'a2');
    expect(await enter('a3')).toEqual({ kind: 'busy', full: null, limit: 3 });
    await release('a1');
    expect(admitted).toEqual(['a1', 'a2']);
    await enterAll('a4');
    expect(admitted).toEqual(['a1', 'a2', 'a4']);
  });

  it('forgets a caller that has left, before or while it waits', async () => {
    expect(await enter('a0', AbortSignal.abort())).toEqual({ kind: 'left' });
    await enterAll('a1', 'a2');
    const leaving = new AbortController();
    const left = enter('a3', leaving.signal);
    void enter('a4');
    leaving.abort();
    expect(await left).toEqual({ kind: 'left' });
    await release('a1');
    expect(admitted).toEqual(['a1', 'a2', 'a4']);
  });
});
