import { createHash } from 'node:crypto';

/** A span as others name it: the `traceparent` of W3C Trace Context. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Whether the spans of the trace are exported. */
  readonly isSampled: boolean;
}

const SPAN_ID_DIGITS = 16;
const TRACEPARENT =
  /^(?<version>[\da-f]{2})-(?<traceId>[\da-f]{32})-(?<spanId>[\da-f]{16})-(?<flags>[\da-f]{2})(?<more>-.*)?$/;
const NO_ID = /^0+$/;
const SAMPLED = 1;

/** Reads a `traceparent`, also of a later version. Null if it is not one: the standard has it ignored then. */
export function readTraceparent(text: string): TraceContext | null {
  const { version, traceId, spanId, flags, more } = TRACEPARENT.exec(text.trim())?.groups ?? {};
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (NO_ID.test(traceId) || NO_ID.test(spanId)) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}

export function writeTraceparent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/**
 * A span below another one. The same parts give the same span in every process: days of a batch, and attempts at a day,
 * name their parent without asking the process that has begun it.
 */
export function spanBelow(
  parent: TraceContext,
  ...parts: readonly (string | number)[]
): TraceContext {
  const { traceId, spanId } = parent;
  const digest = createHash('sha256')
    .update(JSON.stringify([traceId, spanId, ...parts]))
    .digest('hex');
  return { ...parent, spanId: digest.slice(0, SPAN_ID_DIGITS) };
}
