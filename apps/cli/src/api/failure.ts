import type { PollAnswer } from '@daysync/progress';
import type { Problem } from './wire.js';

/** What is known of a refusal: the problem that the server sent, or what stands for one. */
export type Refusal = Pick<Problem, 'status' | 'code' | 'detail'> & {
  /** The batch that is in the way. */
  readonly task_id?: string;
};

/** The server has answered no, and will again. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  constructor(readonly refusal: Refusal) {
    super(`${refusal.code}: ${refusal.detail}`);
  }
}

/** The server answers, but can't do it for now. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
  constructor(
    readonly refusal: Refusal,
    readonly retryAfterMs: number | null,
  ) {
    super(`${refusal.code}: ${refusal.detail}`);
  }
}

/** Nobody has answered; or someone who is not Daysync. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  constructor(
    reason: string,
    /** Whether the request may have arrived all the same. */
    readonly mayHaveArrived: boolean,
  ) {
    super(reason);
  }
}

/** What stands before a server says these while the server is away. */
const AWAY = [502, 504];
/** The same request may be answered later. */
const LATER = [408, 425, 429];

/** The error that a failed answer is. */
export async function failureOf(response: Response): Promise<Error> {
  const { status } = response;
  if (AWAY.includes(status)) return new UnreachableError(`HTTP ${status}`, true);
  const refusal = refusalIn(status, await bodyOf(response));
  return status >= 500 || LATER.includes(status)
    ? new BusyError(refusal, retryAfterMs(response.headers))
    : new RefusedError(refusal);
}

/** What an error means to the poller; undefined where nobody has answered. */
export function pollAnswerTo(error: unknown): PollAnswer | undefined {
  if (error instanceof RefusedError) return { kind: 'refused', code: error.refusal.code };
  if (error instanceof BusyError) return { kind: 'busy', retryAfterMs: error.retryAfterMs };
  return undefined;
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined; // a proxy's page
  }
}

function refusalIn(status: number, body: unknown): Refusal {
  const known = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
  return { detail: `HTTP ${status}`, code: 'UNKNOWN' as Problem['code'], ...known, status };
}

/** `Retry-After` in milliseconds, where it counts seconds. */
function retryAfterMs(headers: Headers): number | null {
  const header = headers.get('retry-after');
  return header !== null && /^\d+$/.test(header) ? Number(header) * 1_000 : null;
}
