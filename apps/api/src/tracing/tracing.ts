import type { TraceContext } from './trace-context.js';

/** The injection token of {@link Tracing}; null in a process that exports no traces. */
export const TRACING = Symbol('TRACING');

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A span that is over. */
export interface EndedSpan {
  readonly name: string;
  readonly context: TraceContext;
  /** The id of the span above it; null for the first of a trace. */
  readonly parentSpanId: string | null;
  /** Whether that span is a caller's. @default false */
  readonly isParentRemote?: boolean;
  /** Both in milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  /** Those that are undefined are left out. */
  readonly attributes: SpanAttributes;
  /** Why it failed; null if it did not. */
  readonly failure: string | null;
}

/** The first span of a batch, before it is written. */
export interface BegunTrace {
  readonly context: TraceContext;
  /** The id of the caller's span; null without a caller that sent one. */
  readonly parentSpanId: string | null;
}

/** Exports traces. No call fails or waits, except {@link stop}. */
export interface Tracing {
  /**
   * Begins the trace of a batch, and decides whether it is sampled.
   * @param name of its first span
   * @param caller the span that the batch continues; null for none
   */
  begin(name: string, caller: TraceContext | null): BegunTrace;

  /** Exports a span, unless its trace is not sampled. */
  write(span: EndedSpan): void;

  /** Exports what is left, for at most so many milliseconds. It never fails. */
  stop(mostMs: number): Promise<void>;
}
