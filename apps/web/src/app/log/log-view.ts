import type { LogEntry, LogPage } from '../api/wire';
import type { WordParams } from '../i18n/words';
import type { LogWordKey } from '../i18n/log-words';

export const LOG_FILTERS = ['problems', 'outcomes', 'batch'] as const;
export type LogFilterKind = (typeof LOG_FILTERS)[number];

/** Reads the filter of an address; invalid values are ignored. */
export function readLogFilter(text: string | undefined): LogFilterKind | undefined {
  return LOG_FILTERS.find((filter) => filter === text);
}

const PROBLEMS: ReadonlySet<LogEntry['kind']> = new Set([
  'failed_attempt',
  'waiting',
  'requeued',
  'failed',
]);
const OUTCOMES: ReadonlySet<LogEntry['kind']> = new Set(['succeeded', 'failed', 'skipped']);

/** Whether an entry is one of those that a filter shows. */
export function isShown({ code, day, kind }: LogEntry, filter: LogFilterKind | undefined): boolean {
  switch (filter) {
    case undefined:
      return true;
    case 'problems':
      return PROBLEMS.has(kind) || (kind === 'paused' && code !== null);
    case 'outcomes':
      return OUTCOMES.has(kind);
    case 'batch':
      return day === null;
  }
}

/** A sentence of the log. */
interface LogPhrase {
  readonly key: LogWordKey;
  readonly params?: WordParams;
}

/** What has happened, without its reason. */
export function phraseOf({ attempt, code, kind, rows, text, day }: LogEntry): LogPhrase {
  switch (kind) {
    case 'started':
      if (day === null) return { key: 'log.started' };
      return { key: 'log.attempt', params: { attempt: attempt ?? 1 } };
    case 'failed_attempt':
      return { key: 'log.failed_attempt', params: { attempt: attempt ?? 1 } };
    case 'waiting':
      return { key: keyOf('log.waiting', code, WAITS, 'source') };
    case 'requeued':
      return { key: keyOf('log.requeued', code, REQUEUES, 'process_stopped') };
    case 'succeeded':
      return { key: 'log.succeeded', params: { count: rows ?? 0 } };
    case 'paused':
      return { key: code === null ? 'log.paused' : 'log.paused_itself' };
    case 'extended': {
      const [start = '', end = ''] = (text ?? '').split('/');
      return { key: 'log.extended', params: { start, end } };
    }
    case 'ended':
      return { key: keyOf('log.ended', code, ENDS, 'failed') };
    case 'created':
    case 'failed':
    case 'skipped':
    case 'resumed':
    case 'cancelled':
      return { key: `log.${kind}` };
  }
}

const WAITS = ['retry', 'rate_limit', 'source', 'target', 'disk', 'database'] as const;
const REQUEUES = [
  'process_stopped',
  'process_crashed',
  'lease_expired',
  'target_unavailable',
] as const;
const ENDS = ['completed', 'cancelled', 'failed'] as const;

function keyOf<Prefix extends string, Known extends string>(
  prefix: Prefix,
  code: string | null,
  known: readonly Known[],
  fallback: Known,
): `${Prefix}.${Known}` {
  return `${prefix}.${known.find((one) => one === code) ?? fallback}`;
}

/** The code of the error that an entry is about; null if it is about none. */
export function errorCodeOf({ code, kind }: LogEntry): string | null {
  switch (kind) {
    case 'failed_attempt':
    case 'failed':
    case 'paused':
      return code;
    case 'ended':
      return ENDS.some((state) => state === code) ? null : code;
    default:
      return null;
  }
}

/** The entries that are known, and whether there are more. */
export type ShownLog = Pick<LogPage, 'items' | 'truncated'>;

/** What is known of a log, with what has changed of it: a day that has changed comes with all its entries. */
export function withLogChanges(known: ShownLog, { items, truncated }: ShownLog): ShownLog {
  const changed = new Set(items.map(({ day }) => day));
  const kept = known.items.filter(({ day }) => !changed.has(day));
  return {
    items: [...kept, ...items].sort(byInstant),
    truncated: known.truncated || truncated,
  };
}

function byInstant(one: LogEntry, other: LogEntry): number {
  if (one.at === other.at) return 0;
  return one.at < other.at ? -1 : 1;
}
