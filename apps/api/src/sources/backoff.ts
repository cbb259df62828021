import { ExponentialBackoff, halfJitterGenerator } from 'cockatiel';

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

const BACKOFF = new ExponentialBackoff({
  generator: halfJitterGenerator,
  initialDelay: FIRST_DELAY_MS,
  maxDelay: LONGEST_DELAY_MS,
});

/**
 * How long a day waits after an attempt that failed, in milliseconds: about 1 s after the first, twice as long
 * after each further one, at most a minute. Up to half of it is left out at random, so that days that failed
 * together do not come back together.
 * @param attempts how many attempts have failed, from 1
 */
export function backoffMs(attempts: number): number {
  let backoff = BACKOFF.next();
  for (let attempt = 1; attempt < attempts; attempt++) backoff = backoff.next(undefined);
  return backoff.duration;
}
