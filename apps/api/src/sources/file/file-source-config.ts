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

abstract class FileSourceShape {
  abstract readonly kind: RowFormat;

  @ExpectedText(MOST_PATH)
  @Expected(
    `a path whose only { and } are those of ${DAY_PLACEHOLDERS.join(', ')}`,
    (value) => typeof value !== 'string' || DAY_BRACES_ALONE.test(value),
    { value: { pattern: DAY_BRACES_ALONE.source } },
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
  const writtenPath = reader.document.placeOf([...path, 'path']).written ?? file;
  return { kind: 'csv', path: resolve(reader.folder, file), writtenPath, dayColumn };
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
  if (typeof file !== 'string' || !DAY_BRACES_ALONE.test(file)) return undefined;
  if (!DAY_FILES_PATH.test(file)) {
    reader.report([...path, 'path'], DAYS_PATH, file);
    return undefined;
  }
  const [before, template] = splitAtPlaceholder(file);
  return {
    kind,
    folder: resolve(reader.folder, before),
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

/** What of the configuration decides the rows. */
export function fileFingerprint(config: FileSourceConfig): readonly string[] {
  return [config.writtenPath, isOneFile(config) ? config.dayColumn : config.rows];
}
