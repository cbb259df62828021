import { Expected } from '../config/expectation.js';

/** An IANA name of a place, or UTC. */
export function ExpectedTimeZone(): PropertyDecorator {
  return Expected('an IANA time zone such as Europe/Berlin or UTC', isTimeZone, {
    // Which zones there are depends on Node.
    value: { type: 'string', pattern: '^[A-Za-z]' },
  });
}

function isTimeZone(value: unknown): boolean {
  // `+02:00` is a time zone to Intl, but no place: it knows no summer time.
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: value });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
