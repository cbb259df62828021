import { resolve } from 'node:path';
import {
  ExpectedOneOf,
  ExpectedText,
  ExpectedWholeNumber,
  Optional,
} from '../../config/expectation.js';
import { VARIABLE, type BeyondRules, type JsonSchema } from '../../config/json-schema.js';
import type { Path, ShapeReader } from '../../config/yaml-document.js';
import { missingFile, pathKind } from '../file/path-kind.js';
import {
  readValueDialect,
  VALUE_KEYS,
  ValueDialectShape,
  type ValueDialect,
} from '../values/value-dialect.js';
import { isKnownParameter, readSqlParts, SQL_PARAMETERS } from './sql-parameters.js';

/** A query to PostgreSQL or SQLite as a source. */
export interface SqlSourceConfig {
  readonly kind: 'sql';
  readonly database: SqlDatabase;
  /** The address as written in the datasets file, with `${NAME}`; shown to users. */
  readonly writtenUrl: string;
  /** With the parameter `:day` or `:day_start`, and perhaps others. */
  readonly query: string;
  /** The zone in which a day begins and ends. */
  readonly timeZone: string;
  /** The limit of the query; null for that of an attempt at the day. */
  readonly timeoutSeconds: number | null;
  /** How texts are written, where a key says so. */
  readonly values?: ValueDialect;
}

type SqlDatabase =
  | {
      readonly dialect: 'postgres';
      /** With user and password. Never shown. */
      readonly url: string;
    }
  | {
      readonly dialect: 'sqlite';
      /** Absolute. */
      readonly path: string;
    };

export type SqlDialect = SqlDatabase['dialect'];
const DIALECTS: readonly SqlDialect[] = ['postgres', 'sqlite'];

const SQLITE_ADDRESS = /^sqlite:(?!\/\/)[^\0]+$/;
const POSTGRES_ADDRESS = /^postgres(?:ql)?:\/\/./;
/** A password in an address that does not come from the environment. */
const WRITTEN_PASSWORD = /^([^/]*\/\/[^:/@]*:)(?!\$\{[^}]*\}@)[^]*@/;
const WRITTEN_PASSWORDS = /([?&](?:ssl)?password=)(?!\$\{[^}]*\}(?:&|$))[^&]+/gi;
/** Each of them differs for any two days; a query has one at least. */
const NAMES_DAY = [':day', ':day_start'];
const DAY_PARAMETER = /:day(?:_start)?(?!\w)/;

const POSTGRES_RULES: readonly JsonSchema[] = [
  {
    pattern: POSTGRES_ADDRESS.source,
    not: {
      anyOf: [WRITTEN_PASSWORD, WRITTEN_PASSWORDS].map(({ source }) => ({ pattern: source })),
    },
  },
  // What stands before the first of its names may have the beginning.
  { ...VARIABLE, not: { pattern: POSTGRES_ADDRESS.source } },
];

/** The addresses of a source, and those of PostgreSQL alone. */
export const URL_RULES = {
  any: { type: 'string', anyOf: [{ pattern: SQLITE_ADDRESS.source }, ...POSTGRES_RULES] },
  postgres: { type: 'string', anyOf: POSTGRES_RULES },
} as const satisfies Readonly<Record<string, JsonSchema>>;

const BEYOND_RULES: BeyondRules = {
  properties: {
    url: { required: true, schema: URL_RULES.any },
    query: { schema: { pattern: DAY_PARAMETER.source, not: VARIABLE } },
  },
};

/** A source of the kind `sql` in the datasets file. {@link readSqlSource} checks the address. */
class SqlSourceShape extends ValueDialectShape {
  static readonly keys = ['kind', 'url', 'query', 'timeout_seconds', ...VALUE_KEYS];
  static readonly beyond = BEYOND_RULES;

  @ExpectedOneOf(['sql']) kind!: 'sql';

  // Checked by hand: the message of a rule could show a password.
  url: unknown;
  @ExpectedText(100_000) query!: string;
  @Optional(ExpectedWholeNumber(1, 86_400)) timeout_seconds?: number;
}

/** Reads a source of the kind `sql` and reports its errors. */
export function readSqlSource(
  reader: ShapeReader,
  value: unknown,
  path: Path,
  timeZone: string,
): SqlSourceConfig | undefined {
  const shape = reader.shape(SqlSourceShape, value, path);
  if (shape === undefined) return undefined;
  const database = readUrl(reader, shape.url, [...path, 'url']);
  const { query } = shape;
  if (typeof query !== 'string') return undefined;
  checkQuery(reader, query, database?.dialect, [...path, 'query']);
  if (database === undefined) return undefined;
  return {
    kind: 'sql',
    database,
    writtenUrl: reader.writtenAt([...path, 'url']) ?? String(shape.url),
    query,
    timeZone,
    timeoutSeconds: shape.timeout_seconds ?? null,
    ...readValueDialect(shape),
  };
}

export const EXPECTED_URL =
  'postgres://user:password@host:port/database with what is special in a part %-encoded, or sqlite:path/to/file.db';
const SQLITE = 'sqlite:';
const EXPECTED_POSTGRES = EXPECTED_URL.slice(0, EXPECTED_URL.indexOf(', or '));

function readUrl(reader: ShapeReader, url: unknown, path: Path): SqlDatabase | undefined {
  const written = reader.writtenAt(path);
  const database = typeof url === 'string' ? databaseOf(url, reader.folder) : undefined;
  if (database === undefined) {
    if (!reader.isUnset(path)) reader.reportReceived(path, EXPECTED_URL, describeUrl(url, written));
    return undefined;
  }
  if (database.dialect === 'postgres') {
    return hasNoPassword(reader, written ?? database.url, path) ? database : undefined;
  }
  if (!reader.isUnset(path)) {
    checkFile(reader, database.path, written ?? String(url), path);
  }
  return database;
}

/** Reads an address of PostgreSQL, and reports its errors. */
export function readPostgresUrl(
  reader: ShapeReader,
  url: unknown,
  path: Path,
): { readonly url: string; readonly writtenUrl: string } | undefined {
  const written = reader.writtenAt(path);
  if (typeof url !== 'string' || !isPostgresAddress(url)) {
    if (!reader.isUnset(path)) {
      reader.reportReceived(path, EXPECTED_POSTGRES, describeUrl(url, written));
    }
    return undefined;
  }
  const writtenUrl = written ?? url;
  return hasNoPassword(reader, writtenUrl, path) ? { url, writtenUrl } : undefined;
}

function hasNoPassword(reader: ShapeReader, written: string, path: Path): boolean {
  if (!hasPassword(written)) return true;
  const expected = 'an address whose password comes from the environment as ${NAME}';
  reader.reportReceived(path, expected, 'one that is written here');
  return false;
}

/** A database that is missing may come later. */
function checkFile(reader: ShapeReader, file: string, shown: string, path: Path): void {
  const kind = pathKind(file);
  if (kind === 'folder' || kind === 'other') {
    reader.reportReceived(path, 'a file of SQLite', `a folder or a device at ${shown}`);
  } else if (kind === 'none') {
    reader.warn(path, missingFile(shown));
  }
}

function databaseOf(url: string, folder: string): SqlDatabase | undefined {
  // After two slashes others count on, and not alike.
  if (SQLITE_ADDRESS.test(url)) {
    return { dialect: 'sqlite', path: resolve(folder, url.slice(SQLITE.length)) };
  }
  return isPostgresAddress(url) ? { dialect: 'postgres', url } : undefined;
}

/** Whether a text is an address of PostgreSQL that a source may have. */
export function isPostgresAddress(url: string): boolean {
  return POSTGRES_ADDRESS.test(url) && URL.canParse(url);
}

function describeUrl(url: unknown, written: string | undefined): string {
  if (written !== undefined)
    return `${JSON.stringify(masked(written))} (text from the environment)`;
  if (url === undefined) return 'nothing';
  return typeof url === 'string' ? 'a text' : 'no text';
}

/** Whether the written address shows a password. */
function hasPassword(written: string): boolean {
  return masked(written) !== written;
}

/** An address without its written password; a password from the environment is shown by its name. */
function masked(written: string): string {
  return written.replace(WRITTEN_PASSWORD, '$1***@').replace(WRITTEN_PASSWORDS, '$1***');
}

/** @param dialect undefined where the address does not say which: then only what holds for each is checked */
function checkQuery(
  reader: ShapeReader,
  query: string,
  dialect: SqlDialect | undefined,
  path: Path,
): void {
  if (reader.writtenAt(path) !== undefined) {
    const expected = `a query without \${NAME}: the parameters are ${SQL_PARAMETERS.join(', ')}`;
    reader.reportReceived(path, expected, 'a text from the environment');
    return;
  }
  const parts = DIALECTS.filter((one) => (dialect ?? one) === one).map((one) =>
    readSqlParts(query, one),
  );
  if (!parts.some((one) => one.parameters.some(({ text }) => NAMES_DAY.includes(text)))) {
    const expected =
      'a query with the parameter :day, as in where day = :day, or with :day_start and :day_end';
    reader.reportReceived(path, expected, 'one without it');
  }
  const [{ parameters, isList } = { parameters: [], isList: false }] = dialect ? parts : [];
  if (isList)
    reader.reportReceived(path, 'one statement', 'several, with a semicolon between them');
  const unknown = parameters.filter((parameter) => !isKnownParameter(parameter));
  for (const text of new Set(unknown.map((parameter) => parameter.text))) {
    reader.reportReceived(path, `one of the parameters ${SQL_PARAMETERS.join(', ')}`, text);
  }
}
