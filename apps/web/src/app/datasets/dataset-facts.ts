import type { Dataset } from '../api/wire';
import type { Phrase, WordParams } from '../i18n/words';
import type { WordKey } from '../i18n/zh';
import type { DatasetWordKey } from '../i18n/dataset-words';
import { secondsWords } from '../i18n/duration';

/** One setting: its name, and its value as in the datasets file or in words. */
export interface Fact {
  readonly name: WordKey | DatasetWordKey;
  readonly value: string | FactWords;
}

/** A word key whose parameters can include a duration. */
interface FactWords {
  readonly key: WordKey | DatasetWordKey;
  readonly params?: WordParams;
  readonly time?: Phrase;
}

type Source = Dataset['source'];

/** The settings of the source. The server masks secrets. */
export function sourceFacts(source: Source): readonly Fact[] {
  return [...kindFacts(source), ...unlessEmpty('source.values', writtenValues(source))];
}

/** How the values are written, a key of the datasets file a line. */
function writtenValues(source: Source): string {
  if (source.kind === 'provider') return '';
  const { decimal, thousands, nulls, booleans } = source;
  return asKeys({ decimal, thousands, nulls, booleans }).join('\n');
}

/** What a column has beside its name and its type, as the datasets file has it. */
export function columnKeys({
  format,
  time_zone,
  trim,
  map,
  default: fallback,
}: Dataset['target']['columns'][number]): string {
  return asKeys({ format, time_zone, trim, map, default: fallback }).join(', ');
}

/** The keys that are set. */
function asKeys(keys: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(keys)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
}

function kindFacts(source: Source): readonly Fact[] {
  switch (source.kind) {
    case 'csv':
    case 'json':
    case 'ndjson':
    case 'parquet':
      return [
        fact('source.path', source.path),
        ...('day_column' in source
          ? [
              fact('source.day_column', source.day_column),
              ...unlessEmpty('source.day_format', source.day_format ?? ''),
            ]
          : []),
        ...unlessEmpty('source.rows', source.rows ?? ''),
        ...unlessEmpty('source.encoding', source.encoding ?? ''),
      ];
    case 'http':
      return httpFacts(source);
    case 'sql':
      return [fact('source.url', source.url), fact('source.query', source.query)];
    case 'provider':
      return [
        fact('source.module', source.module),
        ...(Object.keys(source.options).length === 0
          ? []
          : [fact('source.options', asJson(source.options))]),
      ];
    default:
      // A new kind is shown by its keys until it has texts of its own.
      return [fact('source.options', asKeys(source).join('\n'))];
  }
}

function httpFacts(source: Extract<Source, { kind: 'http' }>): readonly Fact[] {
  const { method, url, headers, body, format, rows, page } = source;
  const headerLines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [
    fact('source.request', `${method} ${url}`),
    ...unlessEmpty('source.headers', headerLines.join('\n')),
    ...(body === null ? [] : [fact('source.body', typeof body === 'string' ? body : asJson(body))]),
    fact('source.format', format),
    ...unlessEmpty('source.rows', rows),
    ...unlessEmpty('source.day_column', source.day_column ?? ''),
    ...unlessEmpty('source.day_format', source.day_format ?? ''),
    { name: 'source.page', value: { key: page === null ? 'page.one' : `page.${page.kind}` } },
    ...unlessEmpty('source.no_data_status', source.no_data_status.join(', ')),
    ...(source.requests_per_second === null
      ? []
      : [fact('source.requests_per_second', String(source.requests_per_second))]),
  ];
}

/** The settings of the sync, in words. */
export function syncFacts(dataset: Dataset): readonly Fact[] {
  const { throttle, concurrency, attempts, on_empty, time_zone, timeout_seconds } = dataset;
  const { pause_after_failures: most, where = [] } = dataset;
  return [
    ...unlessEmpty('dataset.where', where.map((test) => asKeys({ ...test }).join(', ')).join('\n')),
    ...unlessEmpty('dataset.expected', expectedLines(dataset.expected)),
    ...deadlineFacts(dataset.freshness),
    {
      name: 'dataset.throttle',
      value:
        throttle === null
          ? { key: 'dataset.no_throttle' }
          : { key: 'dataset.days_per_minute', params: { count: throttle.days_per_minute } },
    },
    fact('dataset.concurrency', String(concurrency)),
    { name: 'dataset.attempts', value: { key: 'dataset.times', params: { count: attempts } } },
    {
      name: 'dataset.pause_after_failures',
      value:
        most === 0
          ? { key: 'dataset.no_pause' }
          : { key: 'dataset.pause_days', params: { count: most } },
    },
    {
      name: 'dataset.timeout',
      value: { key: 'dataset.at_most', time: limitWords(timeout_seconds) },
    },
    { name: 'dataset.on_empty', value: { key: `on_empty.${on_empty}` } },
    fact('dataset.time_zone', time_zone),
  ];
}

function deadlineFacts(freshness: Dataset['freshness']): readonly Fact[] {
  if (freshness === null) return [];
  const { time, days } = freshness;
  return [
    { name: 'dataset.fresh_by', value: { key: 'dataset.fresh_by_time', params: { time, days } } },
  ];
}

/** The days that are expected, a key of the datasets file a line. */
function expectedLines(expected: Dataset['expected']): string {
  if (expected === null) return '';
  const { rule, except, except_days, from, until } = expected;
  return [
    rule,
    ...(except === null ? [] : [`except: ${except} (${except_days})`]),
    ...(from === null ? [] : [`from: ${from}`]),
    ...(until === null ? [] : [`until: ${until}`]),
  ].join('\n');
}

/** An exact limit: whole minutes without seconds, and no rounding. */
function limitWords(seconds: number): Phrase {
  const isWholeMinutes = seconds % 60 === 0 && seconds > 0 && seconds < 3_600;
  return isWholeMinutes
    ? { key: 'duration.m', params: { m: seconds / 60 } }
    : secondsWords(seconds * 1_000);
}

function fact(name: Fact['name'], value: string): Fact {
  return { name, value };
}

function unlessEmpty(name: Fact['name'], value: string): readonly Fact[] {
  return value === '' ? [] : [fact(name, value)];
}

function asJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
