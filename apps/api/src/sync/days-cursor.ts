import { describeReceived } from '../config/received.js';
import { Problem } from '../http/problem.js';

/** The point up to which a caller knows the days of a batch: opaque to callers, so that what it counts may change. */
export function encodeDaysCursor(rev: number): string {
  return Buffer.from(JSON.stringify([rev])).toString('base64url');
}

/**
 * The `rev` in a cursor of an earlier answer.
 * @throws {Problem} `VALIDATION_FAILED`
 */
export function decodeDaysCursor(cursor: string): number {
  const rev = revIn(cursor);
  // Only what `encodeDaysCursor` writes is a cursor, to the character.
  if (rev !== undefined && encodeDaysCursor(rev) === cursor) return rev;
  const [expected, received] = ['the `cursor` of an earlier answer', describeReceived(cursor)];
  throw new Problem('VALIDATION_FAILED', `since: expected ${expected}, got ${received}`, {
    errors: [{ pointer: '/since', expected, received }],
  });
}

function revIn(cursor: string): number | undefined {
  try {
    const [rev]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    return Number.isSafeInteger(rev) && (rev as number) >= 0 ? (rev as number) : undefined;
  } catch {
    // No JSON, or no list.
    return undefined;
  }
}
