import { dirname, join, resolve } from 'node:path';
import { orNull, VARIABLE, type BeyondRules, type JsonSchema } from '../../config/json-schema.js';
import { Expected, ExpectedOneOf, ExpectedText, OptionalOrNull } from '../../config/expectation.js';
import type { ShapeReader, Path } from '../../config/yaml-document.js';
import {
  DAY_BRACES_ALONE,
  DAY_FILES_PATH,
  DAY_PLACEHOLDERS,
  isDayTemplate,
  NO_WAY_OUT,
} from './day-template.js';
import { leadsOut, missingFile, pathKind } from './path-kind.js';
import { hasWildcard } from './path-pattern.js';
import {
  dayColumnParts,
  dayColumnSchema,
  readDayColumn,
  type DayColumn,
} from '../values/day-column.js';
import {
  DIALECT_KEYS,
  DialectShape,
  writtenTextOf,
  writtenTextParts,
  type WrittenText,
} from '../formats/csv-dialect.js';
import { isPointer, POINTER } from '../json-pointer.js';
import { ROW_FORMATS } from '../formats/read-format.js';
import { readValueDialect, VALUE_KEYS, type ValueDialect } from '../values/value-dialect.js';

export const FILE_KINDS = [...ROW_FORMATS, 'parquet'] as const;
export type FileSourceKind = (typeof FILE_KINDS)[number];

/** How a file is written. */
export interface WrittenFile extends WrittenText {
  readonly kind: FileSourceKind;
  /** The JSON pointer (RFC 6901) to the list of rows in a `json` file; `""`, the whole file, for every other kind. */
  readonly rows: string;
  /** How values are written, where a key says so. */
  readonly values?: ValueDialect;
}

/** One file that holds all days. */
export interface IndexedFileConfig extends WrittenFile {
  /** Absolute. */
  readonly path: string;
  /** That of the file, or of the files that it is one of; absolute. The file must be inside it. */
  readonly folder: string;
  /** As written in the datasets file; shown to users. */
  readonly writtenPath: string;
  readonly dayColumn: DayColumn;
}

/** The files of a day: one, or several with `*`. */
export interface DayFilesConfig extends WrittenFile {
  /** The longest folder without a placeholder or `*`, absolute. Every file of a day must be inside it. */
  readonly folder: string;
  /** The files of a day in that folder, with placeholders and `*`. */
  readonly template: string;
  /** The whole path as written in the datasets file; shown to users. */
  readonly writtenPath: string;
}

/** Several files that hold many days each. */
export interface IndexedGlobConfig extends DayFilesConfig {
  readonly dayColumn: DayColumn;
}

export type FileSourceConfig = IndexedFileConfig | IndexedGlobConfig | DayFilesConfig;

/** Whether a file may hold many days. */
export function isIndexed(
  config: FileSourceConfig,
): config is IndexedFileConfig | IndexedGlobConfig {
  return 'dayColumn' in config;
}

const MOST_PATH = 4_096;

/** No address such as s3://bucket/a.csv. */
const NO_SCHEME = /^(?![A-Za-z][A-Za-z0-9+.-]*:\/\/)/;
const DAYS_PATH = `a path without "..", whose placeholders (${DAY_PLACEHOLDERS.join(', ')}) make another file of each day, or a day_column beside it`;
const INSIDE_PATH = 'a path without ".." after a placeholder or a *';

const ofPath = (path: JsonSchema): JsonSchema => ({ properties: { path } });
/** The files of a day, or files with a `day_column`. */
const EITHER: BeyondRules = {
  properties: { day_column: { schema: orNull(dayColumnSchema()) } },
  mappings: [
    {
      anyOf: [
        ofPath(VARIABLE),
        { properties: { path: { pattern: DAY_FILES_PATH.source }, day_column: { type: 'null' } } },
        {
          required: ['day_column'],
          properties: {
            path: { pattern: NO_WAY_OUT.source },
            day_column: { not: { type: 'null' } },
          },
        },
      ],
    },
  ],
};

/** Whether a path has no error that its rules report. */
function isPath(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    [NO_SCHEME, DAY_BRACES_ALONE].every((rule) => rule.test(value))
  );
}

abstract class FileSourceShape extends DialectShape {
  abstract readonly kind: FileSourceKind;

  @ExpectedText(MOST_PATH)
  @Expected(
    `a path whose only { and } are those of ${DAY_PLACEHOLDERS.join(', ')}`,
    (value) => typeof value !== 'string' || !NO_SCHEME.test(value) || DAY_BRACES_ALONE.test(value),
    { value: { pattern: DAY_BRACES_ALONE.source } },
  )
  @Expected(
    'a path on this machine: s3:// and other schemes are not supported; for http:// and https:// write kind: http',
    (value) => typeof value !== 'string' || NO_SCHEME.test(value),
    { value: { pattern: NO_SCHEME.source } },
  )
  path!: string;

  // Read by hand: it is a name or a mapping.
  day_column: unknown;
}

class CsvSourceShape extends FileSourceShape {
  static readonly keys = ['kind', 'path', 'day_column', ...DIALECT_KEYS, 'encoding', ...VALUE_KEYS];
  static readonly beyond = EITHER;

  @ExpectedOneOf(['csv']) kind!: 'csv';
}

class JsonSourceShape extends FileSourceShape {
  static readonly keys = ['kind', 'path', 'day_column', 'rows', 'encoding', ...VALUE_KEYS];
  static readonly beyond = EITHER;

  @ExpectedOneOf(['json']) kind!: 'json';

  @OptionalOrNull()
  @Expected(
    'a JSON pointer such as /data/items, or "" where the file itself is the list of rows',
    isPointer,
    { value: { type: 'string', pattern: POINTER.source } },
  )
  rows?: string;
}

class NdjsonSourceShape extends FileSourceShape {
  static readonly keys = ['kind', 'path', 'day_column', 'encoding', ...VALUE_KEYS];
  static readonly beyond = EITHER;

  @ExpectedOneOf(['ndjson']) kind!: 'ndjson';
}

/** A Parquet file says by itself how it is written. */
const NOT_IN_PARQUET = Object.fromEntries(
  [...DIALECT_KEYS, 'encoding', 'rows', ...VALUE_KEYS].map((key) => [
    key,
    'kind, path and day_column alone: a Parquet file has columns with types',
  ]),
);

class ParquetSourceShape extends FileSourceShape {
  static readonly keys = ['kind', 'path', 'day_column'];
  static readonly refused = NOT_IN_PARQUET;
  static readonly beyond = EITHER;

  @ExpectedOneOf(['parquet']) kind!: 'parquet';
}

/** Reads the kind `csv`. */
export function readCsvSource(
  reader: ShapeReader,
  value: unknown,
  path: Path,
  timeZone: string,
): FileSourceConfig | undefined {
  const shape = reader.shape(CsvSourceShape, value, path);
  return shape && readFiles(reader, shape, path, timeZone);
}

/** Reads the kind `json`. */
export function readJsonSource(
  reader: ShapeReader,
  value: unknown,
  path: Path,
  timeZone: string,
): FileSourceConfig | undefined {
  const shape = reader.shape(JsonSourceShape, value, path);
  return shape && readFiles(reader, shape, path, timeZone, shape.rows ?? '');
}

/** Reads the kind `ndjson`. */
export function readNdjsonSource(
  reader: ShapeReader,
  value: unknown,
  path: Path,
  timeZone: string,
): FileSourceConfig | undefined {
  const shape = reader.shape(NdjsonSourceShape, value, path);
  return shape && readFiles(reader, shape, path, timeZone);
}

/** Reads the kind `parquet`. */
export function readParquetSource(
  reader: ShapeReader,
  value: unknown,
  path: Path,
  timeZone: string,
): FileSourceConfig | undefined {
  const shape = reader.shape(ParquetSourceShape, value, path);
  return shape && readFiles(reader, shape, path, timeZone);
}

/** Files with a `day_column`, or those of a day. */
function readFiles(
  reader: ShapeReader,
  shape: FileSourceShape,
  path: Path,
  timeZone: string,
  rows = '',
): FileSourceConfig | undefined {
  const { path: file, day_column: dayColumn } = shape;
  const written: WrittenFile = {
    ...{ kind: shape.kind, rows },
    ...writtenTextOf(shape),
    ...readValueDialect(shape),
  };
  // Its variable may have the placeholder.
  if (typeof file !== 'string' || reader.isUnset([...path, 'path'])) return undefined;
  if (dayColumn == null) {
    // Of a path that is refused it is not known.
    if (!isPath(file)) return undefined;
    if (isDayTemplate(file)) return readFolder(reader, file, path, written, DAY_FILES);
    const expected = `the column with the day of a row, or a path with a placeholder such as {day} for one file a day`;
    reader.report([...path, 'day_column'], expected, dayColumn);
    return undefined;
  }
  const column = readDayColumn(reader, dayColumn, [...path, 'day_column'], timeZone);
  if (column?.pointer !== undefined && shape.kind === 'csv') {
    const expected = 'from, the name of a column: a CSV file has no pointers';
    reader.report([...path, 'day_column', 'pointer'], expected, column.pointer);
    return undefined;
  }
  if (isDayTemplate(file) || hasWildcard(file)) {
    const files = readFolder(reader, file, path, written, ANY_FILES);
    return files && column && { ...files, dayColumn: column };
  }
  const writtenPath = reader.writtenAt([...path, 'path']) ?? file;
  const absolute = resolve(reader.folder, file);
  if (isPath(file)) checkFile(reader, absolute, writtenPath, [...path, 'path']);
  const place = { path: absolute, folder: dirname(absolute), writtenPath };
  return column && { ...written, ...place, dayColumn: column };
}

/** A file that is missing may come later. */
function checkFile(reader: ShapeReader, absolute: string, writtenPath: string, path: Path): void {
  const kind = pathKind(absolute);
  if (leadsOut(absolute)) {
    reader.warn(
      path,
      `${writtenPath} is a link that leads out of its folder: its days fail with SOURCE_BLOCKED; write the path that it leads to`,
    );
  }
  if (kind === 'folder' || kind === 'other') {
    const came = `a folder or a device at ${writtenPath}`;
    reader.reportReceived(path, 'the path of a file', came);
  } else if (kind === 'none') {
    reader.warn(path, missingFile(writtenPath));
  }
}

/** What a path with placeholders or `*` has to be. */
interface PathRule {
  readonly pattern: RegExp;
  readonly expected: string;
}

const DAY_FILES: PathRule = { pattern: DAY_FILES_PATH, expected: DAYS_PATH };
const ANY_FILES: PathRule = { pattern: NO_WAY_OUT, expected: INSIDE_PATH };

function readFolder(
  reader: ShapeReader,
  file: string,
  path: Path,
  written: WrittenFile,
  rule: PathRule,
): DayFilesConfig | undefined {
  // Its rules have reported it already.
  if (!isPath(file)) return undefined;
  if (!rule.pattern.test(file)) {
    reader.report([...path, 'path'], rule.expected, file);
    return undefined;
  }
  const [before, template] = splitAtPattern(file);
  const folder = resolve(reader.folder, before);
  if (pathKind(folder) === 'none') {
    const shown = reader.writtenAt([...path, 'path']) ?? before;
    reader.warn([...path, 'path'], missingFile(`the folder ${shown}`));
  }
  return {
    ...written,
    folder,
    // By this system's separators.
    template: join(template),
    writtenPath: reader.document.placeOf([...path, 'path']).written ?? file,
  };
}

/** The folders before the first placeholder or `*`, and the rest. */
function splitAtPattern(file: string): readonly [string, string] {
  const [before = ''] = file.split(/[{*]/, 1);
  const end = before.search(/[^\\/]*$/);
  return [before.slice(0, end), file.slice(end)];
}

/** What of the configuration decides the rows: keys of the datasets file with their values. */
export function fileParts(
  config: FileSourceConfig,
): readonly (readonly [key: string, value: unknown])[] {
  return [
    ['path', config.writtenPath],
    ...(isIndexed(config) ? dayColumnParts(config.dayColumn) : []),
    // Left out where it is the default: older fingerprints stay what they are.
    ...(isIndexed(config) && config.rows === '' ? [] : [['rows', config.rows] as const]),
    ...writtenTextParts(config),
  ];
}
