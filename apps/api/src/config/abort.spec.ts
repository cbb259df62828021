import { describe, expect, it } from 'vitest';
import { FollowingAbort, unlessAborted } from './abort.js';

const never = new Promise<never>(() => undefined);

describe('unlessAborted', () => {
  it('gives what the promise comes to', async () => {
    const { signal } = new AbortController();
    await expect(unlessAborted(Promise.resolve(7), signal)).resolves.toBe(7);
    await expect(unlessAborted(Promise.reject(new Error('own')), signal)).rejects.toThrow('own');
  });

  it('gives the reason as soon as the signal is aborted, or if it was before', async () => {
    const abort = new AbortController();
    const waiting = unlessAborted(never, abort.signal);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(unlessAborted(never, abort.signal)).rejects.toThrow('enough');
  });
});

describe('FollowingAbort', () => {
  it('is aborted with whichever of its leaders is first, for its reason', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const { signal } = new FollowingAbort(one.signal, other.signal);
    expect(signal.aborted).toBe(false);
    const reason = new Error('first');
    other.abort(reason);
    one.abort(new Error('second'));
    expect(signal.reason).toBe(reason);
  });

  it('is aborted from the start where a leader is, and alone by itself', () => {
    const reason = new Error('before');
    const leader = new AbortController();
    expect(new FollowingAbort(leader.signal, AbortSignal.abort(reason)).signal.reason).toBe(reason);
    const following = new FollowingAbort(leader.signal);
    following.abort();
    expect([following.signal.aborted, leader.signal.aborted]).toEqual([true, false]);
  });

  it('stops following once it is released', () => {
    const leader = new AbortController();
    const following = new FollowingAbort(leader.signal);
    following.release();
    leader.abort();
    expect(following.signal.aborted).toBe(false);
  });
});
