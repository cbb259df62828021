import { join, resolve } from 'node:path';
import { VARIABLE, type BeyondRules, type JsonSchema } from '../../config/json-schema.js';
import { Expected, ExpectedOneOf, ExpectedText, OptionalOrNull } from '../../config/expectation.js';
import type { ShapeReader, Path } from '../../config/yaml-document.js';
import {
  DAY_BRACES_ALONE,
  DAY_FILES_PATH,
  DAY_PLACEHOLDERS,
  DAY_TEMPLATE,
  isDayTemplate,
} from './day-template.js';
import { missingFile, pathKind } from './path-kind.js';
import { isPointer, POINTER } from '../json-pointer.js';
import type { RowFormat } from '../formats/read-format.js';

/** One CSV file that holds all days. */
export interface CsvSourceConfig {
  readonly kind: 'csv';
  /** Absolute. */
  readonly path: string;
  /** As written in the datasets file; shown to users. */
  readonly writtenPath: string;
  readonly dayColumn: string;
}

/** One file a day. */
export interface DayFilesConfig {
  readonly kind: RowFormat;
  /** The longest folder without a placeholder, absolute. Every file of a day must be inside it. */
  readonly folder: string;
  /** The file of a day in that folder, with placeholders. */
  readonly template: string;
  /** The whole path as written in the datasets file; shown to users. */
  readonly writtenPath: string;
  /** The JSON pointer (RFC 6901) to the list of rows in a `json` file; `""`, the whole file, for every other kind. */
  readonly rows: string;
}

export type FileSourceConfig = CsvSourceConfig | DayFilesConfig;

/** Whether one file holds all days. */
export function isOneFile(config: FileSourceConfig): config is CsvSourceConfig {
  return 'dayColumn' in config;
}

const MOST_PATH = 4_096;

/** No address such as s3://bucket/a.csv. */
const NO_SCHEME = /^(?![A-Za-z][A-Za-z0-9+.-]*:\/\/)/;
const NO_GLOB = /^[^*]*$/;
const DAYS_PATH = `a path without "..", whose placeholders (${DAY_PLACEHOLDERS.join(', ')}) make another file of each day`;

const ofPath = (path: JsonSchema): JsonSchema => ({ properties: { path } });
const DAY_FILES: BeyondRules = {
  mappings: [ofPath({ anyOf: [{ pattern: DAY_FILES_PATH.source }, VARIABLE] })],
};
/** One file a day, or one file with a `day_column`. */
const EITHER: BeyondRules = {
  mappings: [
    {
      anyOf: [
        ofPath(VARIABLE),
        { properties: { path: { pattern: DAY_FILES_PATH.source }, day_column: { type: 'null' } } },
        {
          required: ['day_column'],
          properties: {
            path: { not: { pattern: DAY_TEMPLATE.source } },
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
    [NO_SCHEME, NO_GLOB, DAY_BRACES_ALONE].every((rule) => rule.test(value))
  );
}

abstract class FileSourceShape {
  abstract readonly kind: RowFormat;

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
  @Expected(
    'a path without *, which is not supported: write the path of one file, or {day} in it for one file a day',
    (value) =>
      typeof value !== 'string' ||
      !NO_SCHEME.test(value) ||
      !DAY_BRACES_ALONE.test(value) ||
      NO_GLOB.test(value),
    { value: { pattern: NO_GLOB.source } },
  )
  path!: string;
}

class CsvSourceShape extends FileSourceShape {
  static readonly keys = ['kind', 'path', 'day_column'];
  static readonly beyond = EITHER;

  @ExpectedOneOf(['csv']) kind!: 'csv';
  @OptionalOrNull(ExpectedText(1_000)) day_column?: string;
}

class JsonSourceShape extends FileSourceShape {
  static readonly keys = ['kind', 'path', 'rows'];
  static readonly beyond = DAY_FILES;

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
  static readonly keys = ['kind', 'path'];
  static readonly beyond = DAY_FILES;

  @ExpectedOneOf(['ndjson']) kind!: 'ndjson';
}

/** Reads the kind `csv`: one file with a `day_column`, or one file a day. */
export function readCsvSource(
  reader: ShapeReader,
  value: unknown,
  path: Path,
): FileSourceConfig | undefined {
  const shape = reader.shape(CsvSourceShape, value, path);
  if (shape === undefined || typeof shape.path !== 'string') return undefined;
  const { path: file, day_column: dayColumn } = shape;
  // Its variable may have the placeholder.
  if (reader.isUnset([...path, 'path'])) return undefined;
  if (isDayTemplate(file)) {
    if (dayColumn == null) return readDayFiles(reader, shape, path);
    const expected = 'no day_column, as the path has a placeholder and each file holds one day';
    reader.report([...path, 'day_column'], expected, dayColumn);
    return undefined;
  }
  if (dayColumn == null) {
    const expected = `the column with the day of a row, or a path with a placeholder such as {day} for one file a day`;
    reader.report([...path, 'day_column'], expected, dayColumn);
    return undefined;
  }
  const writtenPath = reader.writtenAt([...path, 'path']) ?? file;
  const absolute = resolve(reader.folder, file);
  if (isPath(file)) {
    const kind = pathKind(absolute);
    if (kind === 'folder' || kind === 'other') {
      const came = `a folder or a device at ${writtenPath}`;
      reader.reportReceived([...path, 'path'], 'the path of a file', came);
    } else if (kind === 'none') {
      reader.warn([...path, 'path'], missingFile(writtenPath));
    }
  }
  return { kind: 'csv', path: absolute, writtenPath, dayColumn };
}

/** Reads the kind `json`: one file a day. */
export function readJsonSource(
  reader: ShapeReader,
  value: unknown,
  path: Path,
): FileSourceConfig | undefined {
  const shape = reader.shape(JsonSourceShape, value, path);
  return shape && readDayFiles(reader, shape, path, shape.rows ?? '');
}

/** Reads the kind `ndjson`: one file a day. */
export function readNdjsonSource(
  reader: ShapeReader,
  value: unknown,
  path: Path,
): FileSourceConfig | undefined {
  const shape = reader.shape(NdjsonSourceShape, value, path);
  return shape && readDayFiles(reader, shape, path);
}

function readDayFiles(
  reader: ShapeReader,
  { kind, path: file }: FileSourceShape,
  path: Path,
  rows = '',
): DayFilesConfig | undefined {
  // Its rules have reported it already.
  if (!isPath(file)) return undefined;
  if (reader.isUnset([...path, 'path'])) return undefined;
  if (!DAY_FILES_PATH.test(file)) {
    reader.report([...path, 'path'], DAYS_PATH, file);
    return undefined;
  }
  const [before, template] = splitAtPlaceholder(file);
  const folder = resolve(reader.folder, before);
  if (pathKind(folder) === 'none') {
    const shown = reader.writtenAt([...path, 'path']) ?? before;
    reader.warn([...path, 'path'], missingFile(`the folder ${shown}`));
  }
  return {
    kind,
    folder,
    // By this system's separators.
    template: join(template),
    writtenPath: reader.document.placeOf([...path, 'path']).written ?? file,
    rows,
  };
}

/** The folders before the first placeholder, and the rest. */
function splitAtPlaceholder(file: string): readonly [string, string] {
  const [before = ''] = file.split('{', 1);
  const end = before.search(/[^\\/]*$/);
  return [before.slice(0, end), file.slice(end)];
}

/** What of the configuration decides the rows: keys of the datasets file with their values. */
export function fileParts(
  config: FileSourceConfig,
): readonly (readonly [key: string, value: string])[] {
  return [
    ['path', config.writtenPath],
    isOneFile(config) ? ['day_column', config.dayColumn] : ['rows', config.rows],
  ];
}
