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
import type { Dataset, OnEmpty } from '../../../apps/api/src/datasets/dataset.js';
import type { ColumnType } from '../../../apps/api/src/targets/column-types.js';
import { readDatasets } from '../../../apps/api/src/datasets/dataset-file.js';
import type { DayProvider } from '../../../apps/api/src/sources/source-api.js';
import type { SecretValues } from '../../../apps/api/src/config/secret-values.js';
import { SyncOptionsError, type SyncOptionError } from './sync-options-error.js';

/** The rows of a day come from an object of yours, or from one that is made of its class. */
export interface GivenSource {
  readonly kind: 'provider';
  readonly provider: DayProvider | (new () => DayProvider);
}

/** Any other source, with the keys that it has in a datasets file (docs/sources). */
export interface FileKeysSource {
  readonly kind: 'csv' | 'json' | 'ndjson' | 'http' | 'sql' | 'provider';
  readonly [key: string]: unknown;
}

/** A target column, as the datasets file has it. */
export interface ColumnOptions {
  readonly from?: string;
  readonly pointer?: string;
  readonly type: ColumnType;
  readonly nullable?: boolean;
}

/** When batches of a dataset start by themselves, and which days they have (docs/schedules.md). */
export interface ScheduleOptions {
  readonly cron: string;
  /** @default the dataset's */
  readonly time_zone?: string;
  readonly lookback_days: number;
  /** @default 'missing_and_failed' */
  readonly mode?: SyncMode;
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
  readonly throttle?: { readonly days_per_minute: number };
  readonly schedule?: ScheduleOptions;
  readonly time_zone?: string;
  readonly concurrency?: number;
  readonly timeout_seconds?: number;
  readonly attempts?: number;
  readonly on_empty?: OnEmpty;
}

/**
 * Where batches, records and targets are kept: a SQLite file, the one that a Kysely of the app's is open on, or a
 * PostgreSQL. Tables of the app's in there stay as they are.
 */
export type DatabaseOptions =
  | { readonly file: string }
  | { readonly kysely: QueryExecutorProvider }
  | { readonly url: string };

/** Limits, by the names of the environment variables that the program has for them (docs/configuration.md). */
export interface SyncLimits {
  readonly progress_ttl_seconds?: number;
  readonly history_days?: number;
  readonly max_range_days?: number;
  readonly max_active_batches?: number;
  readonly max_event_streams?: number;
  readonly worker_concurrency?: number;
}

/** What a Nest app gives the module. */
export interface SyncOptions extends SyncLimits {
  readonly datasets: readonly DatasetOptions[];
  readonly database: DatabaseOptions;
  /** Where relative paths in sources start. @default the working directory */
  readonly folder?: string;
  /** What `${NAME}` in a source is replaced by: that is how a secret stays unseen. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The least that goes to the app's Nest logger. @default 'info' */
  readonly log_level?: LogLevel;
  /** The language of `message` where no request says which. @default 'zh' */
  readonly language?: Language;
  /** Who makes a request, after the app's own guards have let it by; told as `started_by`. @default nobody */
  readonly caller?: (request: unknown) => string | null;
}

/** The options, read and checked. */
export interface ReadOptions {
  readonly config: AppConfig;
  readonly datasets: readonly Dataset[];
  readonly database: DatabaseOptions;
  readonly language: Language;
  readonly caller: (request: unknown) => string | null;
}

/** Every option that becomes a variable of the program's environment. */
const LIMITS = [
  'progress_ttl_seconds',
  'history_days',
  'max_range_days',
  'max_active_batches',
  'max_event_streams',
  'worker_concurrency',
  'log_level',
] as const satisfies readonly (keyof SyncOptions)[];
const OTHERS = ['datasets', 'database', 'folder', 'env', 'language', 'caller'] as const;
const KEYS: readonly string[] = [...OTHERS, ...LIMITS];
const LANGUAGES: readonly unknown[] = ['zh', 'en'] satisfies Language[];
const DATABASE_KEYS = ['file', 'kysely', 'url'] as const;
const EXPECTED_DATABASE =
  '{ file } with the path of a SQLite file, { kysely } with a Kysely over one, or { url } of a PostgreSQL';

/**
 * Checks the options, by what reads the datasets file and the environment.
 * @param secrets takes in what nobody may be shown
 * @throws {SyncOptionsError} with all that is wrong
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
  const { text, providers } = writeDatasets(options.datasets);
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
  const databaseIsWrong = databaseErrors(database);
  errors.push(...databaseIsWrong);
  const url = databaseIsWrong.length === 0 && 'url' in database ? database.url : undefined;
  const environment = readEnvironment(variablesOf(options, url), hide);
  if (!environment.ok) errors.push(...environment.errors.map((error) => asOption(error, options)));
  if (!LANGUAGES.includes(language)) {
    errors.push({ path: 'language', expected: 'zh or en', received: describeReceived(language) });
  }
  if (typeof caller !== 'function') {
    errors.push({ path: 'caller', expected: 'a function', received: describeReceived(caller) });
  }
  if (!read.ok || !environment.ok || errors.length > 0) throw new SyncOptionsError(errors);
  return { config: environment.config, datasets: read.datasets, database, language, caller };
}

/** The datasets as a text that a file could have, and the providers that only code has. */
function writeDatasets(datasets: unknown): {
  readonly text: string;
  readonly providers: ReadonlyMap<unknown, unknown>;
} {
  const providers = new Map<unknown, unknown>();
  const written = Array.isArray(datasets)
    ? datasets.map((dataset: unknown) => withMark(dataset, providers))
    : datasets;
  // What JSON has no word for is told as what it is.
  const text = JSON.stringify({ datasets: written }, (_key, value: unknown) =>
    ['bigint', 'function', 'symbol'].includes(typeof value) ? describeReceived(value) : value,
  );
  return { text, providers };
}

/** A dataset with a mark in the place of its provider. */
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
  const told = (expected: string): SyncOptionError[] => [
    { path: `database.${known}`, expected, received: describeReceived(value) },
  ];
  switch (known) {
    case 'file':
      return typeof value === 'string' && value !== '' && value !== ':memory:'
        ? []
        : told('the path of a SQLite file');
    case 'kysely':
      return typeof value === 'object' && value !== null && 'getExecutor' in value
        ? []
        : told('a Kysely');
    case 'url':
      // What is wrong with a text is told by who reads it.
      return typeof value === 'string' && value !== '' ? [] : told('the address of a PostgreSQL');
  }
}

function variablesOf(options: SyncOptions, url: string | undefined): Record<string, string> {
  // The app limits its callers itself.
  const variables: Record<string, string> = { LIMIT_STARTS: '0' };
  for (const key of LIMITS) {
    // What came is told by the option itself.
    const value = options[key];
    if (value !== undefined) variables[key.toUpperCase()] = String(value);
  }
  return url === undefined ? variables : { ...variables, DATABASE_URL: url };
}

/** What is wrong with a variable is wrong with the option that it was made of. */
function asOption(error: EnvironmentError, options: SyncOptions): SyncOptionError {
  const { name, expected } = error;
  // Nothing of an address is shown.
  if (name === 'DATABASE_URL') return { path: 'database.url', expected, received: error.received };
  const path = name.toLowerCase();
  return { path, expected, received: describeReceived(options[path as keyof SyncOptions]) };
}
