import { resolve } from 'node:path';
import {
  Expected,
  ExpectedName,
  ExpectedOneOf,
  ExpectedText,
  isMapping,
  OptionalOrNull,
} from '../../config/expectation.js';
import type { ShapeClass } from '../../config/json-schema.js';
import type { Path, ShapeReader } from '../../config/yaml-document.js';
import { pathKind, type PathKind } from '../../sources/file/path-kind.js';
import { readPostgresUrl, URL_RULES } from '../../sources/sql/sql-config.js';
import { DUCKDB_PACKAGE } from '../../targets/elsewhere/duckdb-package.js';
import type { PathTargetKind, TargetKind, TargetPlace } from '../../targets/target.js';
import { ExpectedFreeName, ExpectedTableOfUser } from './dataset-shape.js';

const MOST_KEY_COLUMNS = 100;
const MOST_TEXT = 1_000;

const OWN_ONLY = "nothing here: only a table of Daysync's own database gets a new name";

/** Daysync's own tables beside a target elsewhere. */
const TABLES_BESIDE = ['daysync_day', 'daysync_target'];

function ExpectedTableBeside(): PropertyDecorator {
  return ExpectedFreeName(
    `a table name that is not ${TABLES_BESIDE.join(' or ')}`,
    (name) => !TABLES_BESIDE.includes(name),
    { value: { not: { enum: TABLES_BESIDE } } },
  );
}

/** What every target has. */
abstract class AnyTargetShape {
  @Expected(
    'a mapping of 1 to 1000 column names, each with its type or with { from, pointer, value, type, format, time_zone, nullable, default, trim, map, renamed_from }',
    (value) => isMapping(value) && within(Object.keys(value).length, 1, 1_000),
    { value: { type: 'object', minProperties: 1, maxProperties: 1_000 } },
  )
  columns!: Readonly<Record<string, unknown>>;

  @OptionalOrNull()
  @Expected('a list of 1 to 100 column names, each once', isKey, {
    value: {
      type: 'array',
      minItems: 1,
      maxItems: MOST_KEY_COLUMNS,
      uniqueItems: true,
      items: { type: 'string' },
    },
  })
  key?: readonly string[];
}

/** A table of Daysync's own database. */
class TableTargetShape extends AnyTargetShape {
  static readonly keys = ['kind', 'table', 'columns', 'key', 'renamed_from'];
  static readonly refused = {
    url: 'nothing here: it is for kind: postgres',
    path: 'nothing here: it is for kind: duckdb and kind: parquet',
  };

  @OptionalOrNull(ExpectedOneOf(['table'])) kind?: 'table';

  @ExpectedName()
  @ExpectedTableOfUser()
  table!: string;

  @OptionalOrNull(ExpectedName())
  @ExpectedTableOfUser()
  renamed_from?: string;
}

class PostgresTargetShape extends AnyTargetShape {
  static readonly keys = ['kind', 'url', 'table', 'columns', 'key'];
  static readonly refused = { renamed_from: OWN_ONLY };
  static readonly beyond = { properties: { url: { required: true, schema: URL_RULES.postgres } } };

  @ExpectedOneOf(['postgres']) kind!: 'postgres';

  // Checked by hand: the message of a rule could show a password.
  url: unknown;

  @ExpectedName()
  @ExpectedTableOfUser()
  @ExpectedTableBeside()
  table!: string;
}

class DuckdbTargetShape extends AnyTargetShape {
  static readonly keys = ['kind', 'path', 'table', 'columns', 'key'];
  static readonly refused = { renamed_from: OWN_ONLY };

  @ExpectedOneOf(['duckdb']) kind!: 'duckdb';
  @ExpectedText(MOST_TEXT) path!: string;

  @ExpectedName()
  @ExpectedTableOfUser()
  @ExpectedTableBeside()
  table!: string;
}

class ParquetTargetShape extends AnyTargetShape {
  static readonly keys = ['kind', 'path', 'columns', 'key'];
  static readonly refused = {
    renamed_from: OWN_ONLY,
    table: 'nothing here: the folder of path is the table',
  };

  @ExpectedOneOf(['parquet']) kind!: 'parquet';
  @ExpectedText(MOST_TEXT) path!: string;
}

/** One entry a kind of target. */
export const TARGET_SHAPES = {
  table: TableTargetShape,
  postgres: PostgresTargetShape,
  duckdb: DuckdbTargetShape,
  parquet: ParquetTargetShape,
} as const satisfies Readonly<Record<TargetKind, ShapeClass<AnyTargetShape>>>;

/** Where a target is, and what every target has. */
export interface ReadPlace {
  readonly table: string;
  readonly place?: TargetPlace;
  readonly renamedFrom?: string;
  /** No two datasets have the same. */
  readonly identity: string;
  readonly columns: unknown;
  readonly key: readonly string[] | null;
}

/**
 * Reads where a target is, and reports its errors.
 * @param isShared whether several processes may run the dataset
 */
export function readTargetPlace(
  reader: ShapeReader,
  value: unknown,
  path: Path,
  isShared: boolean,
): ReadPlace | undefined {
  const kind = isMapping(value) ? (value['kind'] ?? 'table') : ('table' as unknown);
  switch (kind) {
    case 'table': {
      const shape = reader.shape(TableTargetShape, value, path);
      if (shape === undefined) return undefined;
      const renamed = shape.renamed_from == null ? {} : { renamedFrom: shape.renamed_from };
      return { ...common(shape), table: shape.table, ...renamed, identity: shape.table };
    }
    case 'postgres': {
      const shape = reader.shape(PostgresTargetShape, value, path);
      if (shape === undefined) return undefined;
      const address = readPostgresUrl(reader, shape.url, [...path, 'url']);
      if (address === undefined) return undefined;
      const { table } = shape;
      const identity = `postgres:${address.url}:${table}`;
      return { ...common(shape), table, place: { kind: 'postgres', ...address }, identity };
    }
    case 'duckdb': {
      const shape = reader.shape(DuckdbTargetShape, value, path);
      if (shape === undefined) return undefined;
      refuseUnlessDuckdb(reader, [...path, 'kind'], isShared);
      const place = readPath(reader, shape, path, 'file');
      const { table } = shape;
      return place && { ...common(shape), table, place, identity: `duckdb:${place.path}:${table}` };
    }
    case 'parquet': {
      const shape = reader.shape(ParquetTargetShape, value, path);
      if (shape === undefined) return undefined;
      const place = readPath(reader, shape, path, 'folder');
      if (place === undefined) return undefined;
      const table = place.writtenPath;
      return { ...common(shape), table, place, identity: `parquet:${place.path}` };
    }
    default:
      reader.report([...path, 'kind'], Object.keys(TARGET_SHAPES).join(' or '), kind);
      return undefined;
  }
}

function common({ columns, key }: AnyTargetShape): Pick<ReadPlace, 'columns' | 'key'> {
  return { columns, key: key ?? null };
}

function readPath(
  reader: ShapeReader,
  { kind, path: written }: { readonly kind: PathTargetKind; readonly path: unknown },
  path: Path,
  wanted: Extract<PathKind, 'file' | 'folder'>,
): Extract<TargetPlace, { readonly path: string }> | undefined {
  // What is no text was reported.
  if (typeof written !== 'string' || written === '') return undefined;
  const at = [...path, 'path'];
  const absolute = resolve(reader.folder, written);
  const writtenPath = reader.writtenAt(at) ?? written;
  const found = pathKind(absolute);
  if (found !== wanted && found !== 'none' && found !== 'unknown') {
    const received = found === 'other' ? 'a device' : `a ${found}`;
    reader.reportReceived(at, `a ${wanted}, or nothing yet`, `${received} at ${writtenPath}`);
    return undefined;
  }
  return { kind, path: absolute, writtenPath };
}

function refuseUnlessDuckdb(reader: ShapeReader, path: Path, isShared: boolean): void {
  if (isShared) {
    const expected =
      'a target that several processes can write, because DATABASE_URL is set: postgres or parquet';
    reader.reportReceived(path, expected, 'duckdb, whose file one process has open');
  }
  if (!DUCKDB_PACKAGE.isInstalled()) {
    const { install, name } = DUCKDB_PACKAGE;
    reader.reportReceived(path, `the package ${name}: ${install}`, 'none');
  }
}

function isKey(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    within(value.length, 1, MOST_KEY_COLUMNS) &&
    new Set(value).size === value.length &&
    value.every((name) => typeof name === 'string')
  );
}

function within(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
