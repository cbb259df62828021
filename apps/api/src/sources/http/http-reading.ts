import { isMapping } from '../../config/expectation.js';
import { describeReceived } from '../../config/received.js';
import { calendarDay } from '@daysync/progress';
import {
  type ShapeReader,
  writtenEntries,
  writtenValue,
  type Path,
  type YamlDocument,
} from '../../config/yaml-document.js';
import {
  fillDayTemplate,
  REQUEST_PLACEHOLDERS,
  separatesDays,
  unknownPlaceholders,
} from '../file/day-template.js';
import { readDayColumn, type DayColumn } from '../values/day-column.js';
import { DIALECT_KEYS, writtenTextOf } from '../formats/csv-dialect.js';
import { readValueDialect } from '../values/value-dialect.js';
import type { HttpFormat, HttpPaging, HttpSourceConfig, HttpTemplates } from './http-config.js';
import { EXPECTED_SECRET, isHeaderWithSecret, placeOfSecret } from './http-secrets.js';
import {
  CountedPageShape,
  CursorPageShape,
  HEADER_NAME,
  HEADER_VALUE,
  HTTP_ADDRESS,
  HttpSourceShape,
  LinkPageShape,
  OUR_HEADERS,
} from './http-shape.js';

const PAGE_KINDS = ['cursor', 'link', 'number', 'offset'];

/** Reads a source of the kind `http` and reports its errors; undefined if it has any. */
export function readHttpSource(
  reader: ShapeReader,
  value: unknown,
  path: Path,
  timeZone: string,
): HttpSourceConfig | undefined {
  const shape = reader.shape(HttpSourceShape, value, path);
  if (shape === undefined || typeof shape.url !== 'string') return undefined;
  const { method = 'GET', rows = '', body = null } = shape;
  // Of a format that is not known nothing is wrong.
  const format = reader.isUnset([...path, 'format']) ? 'json' : (shape.format ?? 'json');
  checkUrl(reader, shape.url, [...path, 'url']);
  if (shape.body !== undefined && method === 'GET') {
    reader.report([...path, 'body'], 'no body (method is GET)', shape.body);
  }
  if (rows !== '' && format !== 'json') {
    reader.report([...path, 'rows'], `nothing (format is ${format})`, rows);
  }
  const dialectKey = DIALECT_KEYS.find((key) => shape[key] != null);
  if (dialectKey !== undefined && format !== 'csv') {
    reader.report([...path, dialectKey], `nothing (format is ${format})`, shape[dialectKey]);
  }
  checkPlaceholders(reader, body, [...path, 'body']);
  const given = isMapping(shape.headers) ? shape.headers : {};
  const headers = readHeaders(reader, given, [...path, 'headers']);
  const page = readPaging(reader, shape.page, [...path, 'page']);
  if (page?.kind === 'cursor' && format !== 'json') {
    reader.report(
      [...path, 'page', 'kind'],
      `link, number or offset (format is ${format})`,
      'cursor',
    );
  }
  const written = {
    url: reader.document.placeOf([...path, 'url']).written ?? shape.url,
    headers: inSmallLetters(writtenEntries(reader.document, [...path, 'headers'], given)),
    body: body === null ? null : writtenValue(reader.document, [...path, 'body'], body),
  };
  const texts = [written.url, ...Object.values(written.headers), ...textsIn(written.body)];
  const dayColumn = readColumn(reader, shape.day_column, [...path, 'day_column'], timeZone, format);
  // An unknown placeholder was reported: it may be the day's, misspelt.
  const isOneDay = shape.day_column == null;
  if (isOneDay && !separatesDays(texts) && texts.flatMap(unknownPlaceholders).length === 0) {
    reader.reportReceived([...path, 'url'], EXPECTED_DAY, NO_DAY);
  }
  return {
    kind: 'http',
    method,
    url: shape.url,
    headers,
    body,
    written,
    timeZone,
    variables: variablesOf(reader.document, written),
    format,
    rows,
    ...writtenTextOf(shape),
    dayColumn,
    page,
    requestsPerSecond: shape.requests_per_second ?? null,
    noDataStatus: shape.no_data_status ?? [],
    connectTimeoutSeconds: shape.connect_timeout_seconds ?? 10,
    headersTimeoutSeconds: shape.headers_timeout_seconds ?? 30,
    bodyTimeoutSeconds: shape.body_timeout_seconds ?? 30,
    maxWaitSeconds: shape.max_wait_seconds ?? 600,
    maxBytes: shape.max_bytes ?? 1_073_741_824,
    maxRowBytes: shape.max_row_bytes ?? 1_048_576,
    maxPages: shape.max_pages ?? 10_000,
    ...readValueDialect(shape),
  };
}

const EXPECTED_DAY =
  'the day in url, headers or body, such as ?date={day} or ?from={day}&to={next_day}, {day_start} and {day_end}, {epoch}, or {yyyy}, {mm} and {dd}; or a day_column for an answer with many days';
const NO_DAY = 'none: every day would get the same rows';

function readColumn(
  reader: ShapeReader,
  value: unknown,
  path: Path,
  timeZone: string,
  format: HttpFormat,
): DayColumn | null {
  if (value === undefined || value === null) return null;
  const column = readDayColumn(reader, value, path, timeZone);
  if (column?.pointer !== undefined && format === 'csv') {
    const expected = 'from, the name of a column: CSV has no pointers';
    reader.report([...path, 'pointer'], expected, column.pointer);
  }
  return column ?? null;
}

/** The texts in a body that are filled for a day; keys are not. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

const PLAIN_ADDRESS = 'an http or https address without a user, a password and a #fragment';

function checkUrl(reader: ShapeReader, url: string, path: Path): void {
  const { document } = reader;
  const { variables } = document;
  const written = document.placeOf(path).written ?? url;
  const secret = placeOfSecret(written);
  if (secret !== undefined) {
    reader.reportReceived(path, EXPECTED_SECRET, `an address with ${secret}`);
    return;
  }
  if (reportUnknown(reader, url, path)) return;
  // Two very different days: what differs between the addresses comes from placeholders.
  const [one, other] = ['2001-02-03', '1999-12-31'].map((day) =>
    parseUrl(fillDayTemplate(written, calendarDay(day), { variables, timeZone: 'UTC' })),
  );
  const isPlain = (made: URL): boolean =>
    /^https?:$/.test(made.protocol) && made.username === '' && made.password === '';
  if (one === undefined || other === undefined || !isPlain(one) || one.hash !== '') {
    reader.report(path, PLAIN_ADDRESS, url);
  } else if (one.origin !== other.origin) {
    reader.report(path, 'an address whose host is the same for every day', url);
  } else if (!HTTP_ADDRESS.test(url)) {
    // Addresses that only a lenient parser accepts: with blanks around them or backslashes.
    reader.report(path, PLAIN_ADDRESS, url);
  }
}

function parseUrl(text: string): URL | undefined {
  return URL.parse(text) ?? undefined;
}

function readHeaders(
  reader: ShapeReader,
  given: Readonly<Record<string, unknown>>,
  path: Path,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const place = [...path, name];
    const small = name.toLowerCase();
    if (!HEADER_NAME.test(name) || OUR_HEADERS.includes(small)) {
      const expected = `another header name, none of ${OUR_HEADERS.join(', ')}`;
      reader.reportReceived(place, expected, describeReceived(name));
    } else if (Object.hasOwn(headers, small)) {
      reader.reportReceived(place, 'each header once', `${small} again`);
    } else if (isHeaderWithSecret(name, reader.document.placeOf(place).written ?? value)) {
      reader.reportReceived(place, EXPECTED_SECRET, 'one that is written here');
    } else if (typeof value !== 'string' || !HEADER_VALUE.test(value)) {
      reader.report(place, 'text of 1 to 8192 Latin-1 characters on one line', value);
    } else if (!reportUnknown(reader, value, place)) {
      headers[small] = value;
    }
  }
  return headers;
}

function checkPlaceholders(reader: ShapeReader, value: unknown, path: Path): void {
  if (typeof value === 'string') reportUnknown(reader, value, path);
  else if (Array.isArray(value)) {
    value.forEach((item, index) => checkPlaceholders(reader, item, [...path, index]));
  } else if (isMapping(value)) {
    for (const [key, item] of Object.entries(value)) {
      checkPlaceholders(reader, item, [...path, key]);
    }
  }
}

/** Reports an unknown placeholder. Values from the environment may have any braces. */
function reportUnknown(reader: ShapeReader, value: string, path: Path): boolean {
  const template = reader.document.placeOf(path).written?.replaceAll(/\$\{[^}]*\}/g, '') ?? value;
  const [unknown] = unknownPlaceholders(template);
  if (unknown === undefined) return false;
  const expected = `the placeholders ${REQUEST_PLACEHOLDERS.join(', ')} alone`;
  reader.reportReceived(path, expected, describeReceived(unknown));
  return true;
}

function readPaging(reader: ShapeReader, value: unknown, path: Path): HttpPaging | null {
  if (value === undefined || value === null) return null;
  const kind = isMapping(value) ? value['kind'] : undefined;
  switch (kind) {
    case 'cursor': {
      const shape = reader.shape(CursorPageShape, value, path);
      return shape === undefined
        ? null
        : { kind, pointer: shape.pointer, parameter: shape.parameter };
    }
    case 'link':
      return reader.shape(LinkPageShape, value, path) === undefined ? null : { kind };
    case 'number':
    case 'offset': {
      const shape = reader.shape(CountedPageShape, value, path);
      if (shape === undefined) return null;
      const { parameter, size = null, size_parameter: sizeParameter = null } = shape;
      if (sizeParameter !== null && size === null) {
        reader.report([...path, 'size'], 'a size beside size_parameter', undefined);
      }
      if (size !== null && sizeParameter === null) {
        reader.report([...path, 'size_parameter'], 'a size_parameter beside size', undefined);
      }
      const first = shape.first ?? (kind === 'number' ? 1 : 0);
      return { kind, parameter, first, size, sizeParameter };
    }
    default: {
      const expected = PAGE_KINDS.join(', ').replace(/, (?=\w+$)/, ' or ');
      if (isMapping(value)) reader.report([...path, 'kind'], expected, kind);
      else reader.report(path, `a mapping with the key kind (${expected})`, value);
      return null;
    }
  }
}

/** The variables that the templates use; a source gets no others of the file. */
function variablesOf(
  { variables }: YamlDocument,
  written: HttpTemplates,
): Readonly<Record<string, string>> {
  const text = JSON.stringify(written);
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => text.includes(`\${${name}}`)),
  );
}

function inSmallLetters(entries: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
