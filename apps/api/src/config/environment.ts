import { hostname } from 'node:os';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { readTokens, type AuthToken, type TokenList } from './auth-tokens.js';
import {
  Expected,
  expectedOf,
  ExpectedOneOf,
  ExpectedText,
  ExpectedWrittenNumber,
} from './expectation.js';
import {
  isHostList,
  isListenAddress,
  isLoopback,
  isLoopbackHost,
  readList,
  readTrustedProxies,
  type TrustedProxies,
} from './network.js';
import { readDatabaseAddress } from './database-address.js';
import { describeReceived } from './received.js';
import { readTracingVariables } from './tracing-variables.js';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a process does: serve calls, run days, or both. */
const ROLES = ['all', 'api', 'worker'] as const;
type ProcessRole = (typeof ROLES)[number];

const MOST_HOST_NAME = 40;

/** The injection token of {@link AppConfig}. */
export const APP_CONFIG = Symbol('APP_CONFIG');

/** The environment, read once at boot: typed, validated, frozen. */
export interface AppConfig {
  /** 0 takes any free port. */
  readonly port: number;
  /** A loopback address; with tokens, any address. */
  readonly host: string;
  /** Accepted tokens; without any, every caller on the loopback address is accepted. */
  readonly tokens: readonly AuthToken[];
  /** The hosts that a request may name besides loopback, in lower case: `host` for any port, or `host:port`. */
  readonly allowedHosts: readonly string[];
  readonly trustProxy: TrustedProxies;
  /** The PostgreSQL database; null for SQLite in the data folder. */
  readonly databaseUrl: string | null;
  readonly role: ProcessRole;
  /** The name of this process within the installation. */
  readonly nodeName: string;
  /** How many days this process runs at a time, over all datasets; only with PostgreSQL. */
  readonly workerConcurrency: number;
  /** As written: relative to the working directory. */
  readonly dataDir: string;
  /** As written: relative to the working directory. */
  readonly datasetsFile: string;
  /** As written: relative to the working directory. */
  readonly logFile: string;
  readonly logLevel: LogLevel;
  /** How long a finished batch stays in memory. */
  readonly progressTtlSeconds: number;
  /** How long finished batches are kept in the database. */
  readonly historyDays: number;
  /** The most expected days that one batch may have. */
  readonly maxRangeDays: number;
  /** The most batches that run at a time. */
  readonly maxActiveBatches: number;
  /** The most starts a minute of one caller; 0: no limit. */
  readonly limitStarts: number;
  /** The most logins a minute of one caller; 0: no limit. */
  readonly limitLogins: number;
  /** The most polls a second of one caller; 0: no limit. */
  readonly limitPolls: number;
  /** The most event streams that one caller has open at a time; 0: no limit. */
  readonly limitStreams: number;
  /** The most event streams that are open at a time. */
  readonly maxEventStreams: number;
  /** Whether traces are exported, as the variables of OpenTelemetry say. */
  readonly exportsTraces: boolean;
}

/** A variable with an invalid value. */
export interface EnvironmentError {
  readonly name: string;
  readonly expected: string;
  readonly received: string;
}

export type EnvironmentResult =
  | {
      readonly ok: true;
      readonly config: AppConfig;
      /** A setting that works but should be changed. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly errors: readonly EnvironmentError[] };

/** The most that `MAX_RANGE_DAYS` may be: about a hundred years. No batch has more days, those that it skips included. */
export const MOST_RANGE_DAYS = 36_600;

const MOST_PATH = 4_096;
const A_YEAR_OF_SECONDS = 31_536_000;
const SET_TOKENS =
  'set AUTH_TOKENS=name:operator:token with a token of at least 32 characters, ' +
  'such as one that `openssl rand -hex 32` makes';
const WITHOUT_TOKENS = 'as long as AUTH_TOKENS is not set';

class EnvironmentShape {
  @ExpectedWrittenNumber(0, 65_535) PORT = 8_000;
  @Expected('an IP address or a host name', isListenAddress) HOST = '127.0.0.1';

  @Expected('hosts such as sync.example.com or 10.0.0.7:8000, with commas between', isHostList)
  ALLOWED_HOSTS = '';

  @Expected(
    'a number of proxies up to 10, or their addresses or ranges such as 10.0.0.0/8, with commas between',
    (value) => typeof value === 'string' && readTrustedProxies(value) !== null,
  )
  TRUST_PROXY = '0';

  @ExpectedOneOf(ROLES) ROLE: ProcessRole = 'all';

  @Expected(
    'a name of 1 to 60 letters, digits, dots, hyphens and underscores',
    (value) => typeof value === 'string' && /^[\w.-]{1,60}$/.test(value),
  )
  NODE_NAME = defaultNodeName();

  @ExpectedWrittenNumber(1, 1_000) WORKER_CONCURRENCY = 8;
  @ExpectedText(MOST_PATH) DATA_DIR = 'var';
  @ExpectedText(MOST_PATH) DATASETS_FILE = 'datasets.yaml';
  @ExpectedText(MOST_PATH) LOG_FILE = 'logs/app.log';
  @ExpectedOneOf(LOG_LEVELS) LOG_LEVEL: LogLevel = 'info';
  @ExpectedWrittenNumber(0, A_YEAR_OF_SECONDS) PROGRESS_TTL_SECONDS = 3_600;
  @ExpectedWrittenNumber(1, 36_500) HISTORY_DAYS = 90;
  @ExpectedWrittenNumber(1, MOST_RANGE_DAYS) MAX_RANGE_DAYS = 3_660;
  @ExpectedWrittenNumber(1, 100) MAX_ACTIVE_BATCHES = 1;
  @ExpectedWrittenNumber(0, 10_000) LIMIT_STARTS = 600;
  @ExpectedWrittenNumber(0, 10_000) LIMIT_LOGINS = 10;
  @ExpectedWrittenNumber(0, 1_000_000) LIMIT_POLLS = 3_000;
  @ExpectedWrittenNumber(0, 100_000) LIMIT_STREAMS = 500;
  @ExpectedWrittenNumber(0, 100_000) MAX_EVENT_STREAMS = 5_000;
}

/**
 * Reads Daysync's variables and ignores all others. An empty variable counts as unset.
 * @param onSecret called with each secret in the environment
 * @returns the configuration, or all invalid variables
 */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  onSecret: (secret: string) => void = () => undefined,
): EnvironmentResult {
  const given: Record<string, string> = {};
  for (const name of Object.keys(new EnvironmentShape())) {
    const value = env[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  const shape = plainToInstance(EnvironmentShape, given);
  const tokens = tokensIn(env['AUTH_TOKENS'], onSecret);
  const database = readDatabaseAddress(env['DATABASE_URL'], onSecret);
  const tracing = readTracingVariables(env, onSecret);
  const errors: EnvironmentError[] = validateSync(shape).map((error) => ({
    name: error.property,
    expected: expectedOf(error),
    received: describeReceived(given[error.property]),
  }));
  // Not through the shape, whose errors show the value.
  errors.push(...tokens.errors.map((error) => ({ name: 'AUTH_TOKENS', ...error })));
  errors.push(...tracing.errors);
  if (database.error !== null) errors.push({ name: 'DATABASE_URL', ...database.error });
  if (database.url === null && database.error === null && shape.ROLE !== 'all') {
    errors.push({
      name: 'ROLE',
      expected: 'all as long as DATABASE_URL is not set: with SQLite there is one process',
      received: describeReceived(shape.ROLE),
    });
  }
  if (tokens.tokens.length === 0 && tokens.errors.length === 0) errors.push(...opened(shape));
  if (errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    warnings: tokens.warnings,
    config: Object.freeze({
      port: shape.PORT,
      host: shape.HOST,
      tokens: tokens.tokens,
      allowedHosts: readList(shape.ALLOWED_HOSTS),
      trustProxy: readTrustedProxies(shape.TRUST_PROXY) ?? 0,
      databaseUrl: database.url,
      role: shape.ROLE,
      nodeName: shape.NODE_NAME,
      workerConcurrency: shape.WORKER_CONCURRENCY,
      dataDir: shape.DATA_DIR,
      datasetsFile: shape.DATASETS_FILE,
      // One file for each process: several processes of an installation may share a folder.
      logFile:
        database.url !== null && given['LOG_FILE'] === undefined
          ? `logs/${shape.NODE_NAME}.log`
          : shape.LOG_FILE,
      logLevel: shape.LOG_LEVEL,
      progressTtlSeconds: shape.PROGRESS_TTL_SECONDS,
      historyDays: shape.HISTORY_DAYS,
      maxRangeDays: shape.MAX_RANGE_DAYS,
      maxActiveBatches: shape.MAX_ACTIVE_BATCHES,
      limitStarts: shape.LIMIT_STARTS,
      limitLogins: shape.LIMIT_LOGINS,
      limitPolls: shape.LIMIT_POLLS,
      limitStreams: shape.LIMIT_STREAMS,
      maxEventStreams: shape.MAX_EVENT_STREAMS,
      exportsTraces: tracing.isOn,
    }),
  };
}

/** Settings that admit remote callers, which require tokens: the callers of a proxy arrive by loopback. */
function opened({ HOST, ALLOWED_HOSTS, TRUST_PROXY }: EnvironmentShape): EnvironmentError[] {
  const errors: EnvironmentError[] = [];
  const refuse = (name: string, expected: string, toHave: string, value: string): void => {
    errors.push({
      name,
      expected: `${expected} ${WITHOUT_TOKENS}; to ${toHave}, ${SET_TOKENS}`,
      received: describeReceived(value),
    });
  };
  if (isListenAddress(HOST) && !isLoopback(HOST)) {
    const loopback = 'a loopback address (127.0.0.1, ::1 or localhost)';
    refuse('HOST', loopback, 'listen beyond it', HOST);
  }
  if (isHostList(ALLOWED_HOSTS) && !readList(ALLOWED_HOSTS).every(isLoopbackHost)) {
    refuse('ALLOWED_HOSTS', 'loopback hosts', 'be called by another name', ALLOWED_HOSTS);
  }
  const proxies = readTrustedProxies(TRUST_PROXY);
  if (proxies !== null && proxies !== 0) {
    refuse('TRUST_PROXY', '0', 'be behind a proxy', TRUST_PROXY);
  }
  return errors;
}

function tokensIn(value: string | undefined, onSecret: (secret: string) => void): TokenList {
  return value === undefined || value === ''
    ? { tokens: [], errors: [], warnings: [] }
    : readTokens(value, onSecret);
}

/** Unique among processes without a configured name: several may share a machine. */
export function defaultNodeName(): string {
  const host = hostname()
    .replaceAll(/[^\w.-]/g, '-')
    .slice(0, MOST_HOST_NAME);
  return `${host}-${process.pid}`;
}
