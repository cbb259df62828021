import type { Dispatcher } from 'undici';

/** Of a body that nobody wants: less than a new connection costs. */
const MOST_DUMPED_BYTES = 65_536;
const MOST_DUMPING_MS = 2_000;

/** Takes in what is left of a body, so that its connection serves again; one that does not end is given up with it. */
export async function dump(
  body: Dispatcher.ResponseData['body'],
  signal: AbortSignal,
): Promise<void> {
  const leaving = AbortSignal.any([signal, AbortSignal.timeout(MOST_DUMPING_MS)]);
  try {
    await body.dump({ limit: MOST_DUMPED_BYTES, signal: leaving });
  } catch {
    // Its status has been told, whatever becomes of the rest; only who leaves has no use for it.
    signal.throwIfAborted();
  }
}

/** A header as one text, its lines joined by commas. */
export function joined(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
