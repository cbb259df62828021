import { isMapping } from '../../../apps/api/src/config/expectation.js';
import path from 'node:path';
import type { Language, SyncMode } from '@daysync/progress';
import type { QueryExecutorProvider } from 'kysely';
import {
  readEnvironment,
  type AppConfig,
  type EnvironmentError,
  type LogLevel,
} from '../../../apps/api/src/config/environment.js';
import { describeReceived } from '../../../apps/api/src/config/received.js';
import type { Dataset, OnEmpty } from '../../../apps/api/src/datasets/file/dataset.js';
import type { SourceConfig } from '../../../apps/api/src/datasets/file/source-kinds.js';
import type { ColumnType } from '../../../apps/api/src/targets/column-types.js';
import type { PostgresAddress } from '../../../apps/api/src/database/postgres/postgres-connection.js';
import { addressOf, type AppPool } from './app-pool.js';
import { readDatasets } from '../../../apps/api/src/datasets/file/dataset-file.js';
import type { DayProvider } from '../../../apps/api/src/sources/source-api.js';
import type { WebhookEvent } from '../../../apps/api/src/database/schema.js';
import type { WebhookEndpoint } from '../../../apps/api/src/webhooks/webhook-endpoint.js';
import type { SecretValues } from '../../../apps/api/src/config/secret-values.js';

/** An object of the app yields the rows of a day, or an instance that Daysync creates of a class. */
export interface GivenSource {
  readonly kind: 'provider';
  readonly provider: DayProvider | (new () => DayProvider);
}

/** Any other source, with the keys of the datasets file (docs/sources). */
export interface FileKeysSource {
  readonly kind: SourceConfig['kind'];
  readonly [key: string]: unknown;
}

/** A target column, with the keys of the datasets file. */
export interface ColumnOptions {
  readonly from?: string;
  readonly pointer?: string;
  /** A constant. */
  readonly value?: unknown;
  readonly type: ColumnType;
  /** How a date or a time is written. */
  readonly format?: string;
  readonly time_zone?: string;
  readonly nullable?: boolean;
  /** Stands where the source has no value; null for NULL. */
  readonly default?: unknown;
  readonly trim?: boolean;
  /** Replaces values, by how the source writes them. */
  readonly map?: Readonly<Record<string, unknown>>;
}

/** A test that a row has to pass to be one of the dataset's: `column` or `pointer`, and one of the others. */
export interface RowTestOptions {
  readonly column?: string;
  readonly pointer?: string;
  readonly equals?: string | number | boolean;
  readonly in?: readonly (string | number | boolean)[];
  readonly not_in?: readonly (string | number | boolean)[];
  readonly starts_with?: string;
}

/** When batches of a dataset start automatically, and which days they sync (docs/schedules.md). */
export interface ScheduleOptions {
  readonly cron: string;
  /** @default the dataset's */
  readonly time_zone?: string;
  readonly lookback_days: number;
  /** The ages at which synced days are verified, in days. */
  readonly recheck_days?: readonly number[];
  /** @default 'missing_and_failed' */
  readonly mode?: SyncMode;
}

/** Which days have data; a batch skips all others (docs/configuration.md). */
export interface ExpectedOptions {
  /** A rule of RFC 5545 for whole days. */
  readonly rule: string;
  /** A file of days that are not expected although the rule has them. */
  readonly except?: string;
  /** The first day that may be expected. */
  readonly from?: string;
  /** The last day that may be expected. */
  readonly until?: string;
}

/** A dataset: the keys of the datasets file (docs/configuration.md), in code. */
export interface DatasetOptions {
  readonly name: string;
  readonly title?: string | { readonly zh: string; readonly en: string };
  readonly source: GivenSource | FileKeysSource;
  readonly target: {
    readonly table: string;
    readonly columns: Readonly<Record<string, ColumnType | ColumnOptions>>;
  };
  readonly where?: readonly RowTestOptions[];
  readonly throttle?: { readonly days_per_minute: number };
  readonly schedule?: ScheduleOptions;
  /** A rule alone, or with its other keys. @default every day */
  readonly expected?: string | ExpectedOptions;
  /** By when a day has to be synced, such as '08:00': a time, by default of the next day. @default no deadline */
  readonly fresh_by?: string | { readonly time: string; readonly days?: number };
  readonly time_zone?: string;
  readonly concurrency?: number;
  readonly timeout_seconds?: number;
  readonly attempts?: number;
  readonly pause_after_failures?: number;
  readonly on_empty?: OnEmpty;
}

/** An endpoint that gets webhooks, with the keys of the datasets file (docs/webhooks.md). */
export interface WebhookOptions {
  readonly name: string;
  readonly url: string;
  /** `${NAME}`, whose value is `whsec_` and the key in Base64. */
  readonly secret: string;
  /** @default all events of batches and datasets, and none of days */
  readonly on?: readonly WebhookEvent[];
  /** @default all datasets */
  readonly datasets?: readonly string[];
  /** Whether it may have a private address, and no TLS. @default false */
  readonly allow_private?: boolean;
}

/**
 * The database of batches, records and targets: a SQLite file, the SQLite file of one of the app's Kysely instances, or
 * a PostgreSQL database, by its address or by the pool of one of the app's Kysely instances. The app's tables in it stay
 * as they are.
 */
export type DatabaseOptions =
  | { readonly file: string }
  | { readonly kysely: QueryExecutorProvider }
  | { readonly url: string }
  | { readonly pool: AppPool };

/** Limits, named like the program's environment variables (docs/configuration.md). */
export interface SyncLimits {
  readonly progress_ttl_seconds?: number;
  readonly history_days?: number;
  readonly max_range_days?: number;
  readonly max_active_batches?: number;
  readonly max_event_streams?: number;
  readonly worker_concurrency?: number;
}

/** The options of `SyncModule`. */
export interface SyncOptions extends SyncLimits {
  readonly datasets: readonly DatasetOptions[];
  readonly database: DatabaseOptions;
  /** Where the ends of batches are reported. @default none */
  readonly webhooks?: readonly WebhookOptions[];
  /** The base of relative paths in sources. @default the working directory */
  readonly folder?: string;
  /** The values of `${NAME}` in sources. No log or answer shows them. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The lowest level that goes to the app's Nest logger. @default 'info' */
  readonly log_level?: LogLevel;
  /** The language of `message` if a request does not choose one. @default 'zh' */
  readonly language?: Language;
  /** The name of the user who makes a request, for `started_by`. Called after the app's guards. @default null */
  readonly caller?: (request: unknown) => string | null;
}

/** An option that is wrong. */
export interface SyncOptionError {
  /** Such as `datasets[0].target.table`. */
  readonly path: string;
  readonly expected: string;
  readonly received: string;
}

/** The options of the module are wrong; `errors` lists every error. */
export class SyncOptionsError extends Error {
  override readonly name = 'SyncOptionsError';

  constructor(readonly errors: readonly SyncOptionError[]) {
    const count = errors.length === 1 ? 'one option is' : `${errors.length} options are`;
    const lines = errors.map(
      ({ path, expected, received }) => `  ${path}: expected ${expected}, got ${received}`,
    );
    super([`SyncModule can't start: ${count} wrong.`, ...lines].join('\n'));
  }
}

/** The database; a PostgreSQL with the option that said where it is. */
export type ReadDatabase =
  | Exclude<DatabaseOptions, { readonly url: string } | { readonly pool: AppPool }>
  | { readonly option: 'url' | 'pool'; readonly address: PostgresAddress };

/** The options, read and checked. */
export interface ReadOptions {
  readonly config: AppConfig;
  readonly datasets: readonly Dataset[];
  readonly webhooks: readonly WebhookEndpoint[];
  /** What of the datasets works only later, a line each. */
  readonly warnings: readonly string[];
  readonly database: ReadDatabase;
  readonly language: Language;
  readonly caller: (request: unknown) => string | null;
}

/** The options that are read as environment variables of the program. */
const LIMITS = [
  'progress_ttl_seconds',
  'history_days',
  'max_range_days',
  'max_active_batches',
  'max_event_streams',
  'worker_concurrency',
  'log_level',
] as const satisfies readonly (keyof SyncOptions)[];
const OTHERS = ['datasets', 'database', 'webhooks', 'folder', 'env', 'language', 'caller'] as const;
const KEYS: readonly string[] = [...OTHERS, ...LIMITS];
const LANGUAGES: readonly unknown[] = ['zh', 'en'] satisfies Language[];
const DATABASE_KEYS = ['file', 'kysely', 'url', 'pool'] as const;
const EXPECTED_DATABASE =
  '{ file } with the path of a SQLite file, { kysely } with a Kysely over one, { url } of a PostgreSQL, or { pool } of the app to one';

/**
 * Reads and checks the options with the readers of the datasets file and the environment.
 * @param secrets collects the values that no output may contain
 * @throws {SyncOptionsError} with every error
 */
export function readSyncOptions(options: SyncOptions, secrets: SecretValues): ReadOptions {
  const { database, folder = '.', env = process.env, language = 'zh' } = options;
  const { caller = () => null } = options;
  const errors: SyncOptionError[] = Object.keys(options)
    .filter((key) => !KEYS.includes(key))
    .map((key) => ({ path: key, expected: `one of ${KEYS.join(', ')}`, received: 'the key' }));
  const hide = (secret: string): void => {
    secrets.hide(secret);
  };
  const { text, providers } = writeDatasets(options);
  const read = readDatasets(text, {
    folder: path.resolve(folder),
    env,
    onSecret: hide,
    providers,
  });
  if (!read.ok) {
    for (const { path: where, expected, received } of read.errors) {
      errors.push({ path: where, expected, received });
    }
  }
  const databaseOptionErrors = databaseErrors(database);
  errors.push(...databaseOptionErrors);
  const url = databaseOptionErrors.length === 0 && 'url' in database ? database.url : undefined;
  const environment = readEnvironment(variablesOf(options, url), hide);
  if (!environment.ok) errors.push(...environment.errors.map((error) => asOption(error, options)));
  if (!LANGUAGES.includes(language)) {
    errors.push({ path: 'language', expected: 'zh or en', received: describeReceived(language) });
  }
  if (typeof caller !== 'function') {
    errors.push({ path: 'caller', expected: 'a function', received: describeReceived(caller) });
  }
  if (!read.ok || !environment.ok || errors.length > 0) throw new SyncOptionsError(errors);
  const warnings = read.warnings.map((warning) => `${warning.path}: ${warning.text}`);
  const { config } = environment;
  const { datasets, webhooks } = read;
  const found = readDatabase(database, hide);
  return { config, datasets, webhooks, warnings, database: found, language, caller };
}

/** The datasets and webhooks as the text of a datasets file, and the providers, which a file can't contain. */
function writeDatasets({ datasets, webhooks }: { datasets: unknown; webhooks?: unknown }): {
  readonly text: string;
  readonly providers: ReadonlyMap<unknown, unknown>;
} {
  const providers = new Map<unknown, unknown>();
  const written = Array.isArray(datasets)
    ? datasets.map((dataset: unknown) => withMark(dataset, providers))
    : datasets;
  // JSON has no bigints, functions and symbols: the errors name them.
  const text = JSON.stringify({ datasets: written, webhooks }, (_key, value: unknown) =>
    ['bigint', 'function', 'symbol'].includes(typeof value) ? describeReceived(value) : value,
  );
  return { text, providers };
}

/** A dataset with a mark instead of its provider. */
function withMark(dataset: unknown, providers: Map<unknown, unknown>): unknown {
  const source = isMapping(dataset) ? dataset['source'] : undefined;
  if (!isMapping(dataset) || !isMapping(source) || source['kind'] !== 'provider') return dataset;
  if (!('provider' in source)) return dataset;
  const mark = `provider ${providers.size}`;
  providers.set(mark, source['provider']);
  return { ...dataset, source: { ...source, provider: mark } };
}

function databaseErrors(database: unknown): SyncOptionError[] {
  const keys = isMapping(database) ? Object.keys(database) : [];
  const known = DATABASE_KEYS.find((name) => name === keys[0]);
  if (!isMapping(database) || keys.length !== 1 || known === undefined) {
    const received = describeReceived(database);
    return [{ path: 'database', expected: EXPECTED_DATABASE, received }];
  }
  const value = database[known];
  const wrong = (expected: string): SyncOptionError[] => [
    { path: `database.${known}`, expected, received: describeReceived(value) },
  ];
  switch (known) {
    case 'file':
      return typeof value === 'string' && value !== '' && value !== ':memory:'
        ? []
        : wrong('the path of a SQLite file');
    case 'kysely':
      return typeof value === 'object' && value !== null && 'getExecutor' in value
        ? []
        : wrong('a Kysely');
    case 'pool':
      return isMapping(value) && isMapping(value['options'])
        ? []
        : wrong('a Pool of node-postgres (pg), with its options');
    case 'url':
      // Reading DATABASE_URL checks the text.
      return typeof value === 'string' && value !== '' ? [] : wrong('the address of a PostgreSQL');
  }
}

function readDatabase(database: DatabaseOptions, hide: (secret: string) => void): ReadDatabase {
  if ('url' in database) return { option: 'url', address: database.url };
  if ('pool' in database) return { option: 'pool', address: addressOf(database.pool, hide) };
  return database;
}

function variablesOf(options: SyncOptions, url: string | undefined): Record<string, string> {
  // The app itself limits its callers.
  const variables: Record<string, string> = { LIMIT_STARTS: '0', LIMIT_STREAMS: '0' };
  for (const key of LIMITS) {
    const value = options[key];
    if (value !== undefined) variables[key.toUpperCase()] = String(value);
  }
  return url === undefined ? variables : { ...variables, DATABASE_URL: url };
}

/** An error of a variable, as an error of the option that the variable came from. */
function asOption(error: EnvironmentError, options: SyncOptions): SyncOptionError {
  const { name, expected } = error;
  // The address may contain a password.
  if (name === 'DATABASE_URL') return { path: 'database.url', expected, received: error.received };
  const path = name.toLowerCase();
  return { path, expected, received: describeReceived(options[path as keyof SyncOptions]) };
}
