import { expect, it } from 'vitest';
import { FollowingAbort } from './following-abort.js';

it('is aborted with whichever of its leaders is first, for its reason', () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const { signal } = new FollowingAbort(one.signal, other.signal);
  expect(signal.aborted).toBe(false);
  const reason = new Error('first');
  other.abort(reason);
  one.abort(new Error('second'));
  expect(signal.reason).toBe(reason);
});

it('is aborted from the start where a leader is', () => {
  const reason = new Error('before');
  const { signal } = new FollowingAbort(new AbortController().signal, AbortSignal.abort(reason));
  expect(signal.reason).toBe(reason);
});

it('may be aborted by itself, which leaves its leaders alone', () => {
  const leader = new AbortController();
  const following = new FollowingAbort(leader.signal);
  following.abort();
  expect([following.signal.aborted, leader.signal.aborted]).toEqual([true, false]);
});

it('follows nobody once it is released', () => {
  const leader = new AbortController();
  const following = new FollowingAbort(leader.signal);
  following.release();
  leader.abort();
  expect(following.signal.aborted).toBe(false);
});
