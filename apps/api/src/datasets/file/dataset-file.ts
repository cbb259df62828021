import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { validateSync } from 'class-validator';
import type { FileError, FileWarning } from '../../config/boot-error.js';
import { deepFreeze } from '../../config/deep-freeze.js';
import { expectedOf, isMapping } from '../../config/expectation.js';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import type { ShapeClass } from '../../config/json-schema.js';
import { describeReceived } from '../../config/received.js';
import { fingerprint } from './dataset-fingerprint.js';
import type { Dataset } from './dataset.js';
import { isSourceKind, SOURCE_KINDS, type SourceConfig } from './source-kinds.js';
import { readColumn } from './column-shape.js';
import { DatasetShape, FileShape, ThrottleShape, TitleShape } from './dataset-shape.js';
import { readWebhook, type WebhookEndpoint } from '../../webhooks/webhook-endpoint.js';
import { readTargetPlace } from './target-shape.js';
import { readRowTests } from '../../sources/rows/row-filter.js';
import { readExpected } from './expected.js';
import { readFreshBy } from './fresh-by.js';
import { readChecks } from './checks.js';
import { readOnBadRow } from './on-bad-row.js';
import { readSchedule } from './schedule.js';
import {
  type ShapeReader,
  readYamlInSteps,
  writePath,
  type Path,
  type YamlDocument,
} from '../../config/yaml-document.js';

/** What a datasets file contains. */
interface FileContents {
  readonly datasets: readonly Dataset[];
  readonly webhooks: readonly WebhookEndpoint[];
}

export interface ReadDatasets extends FileContents {
  /** What works only later. */
  readonly warnings: readonly FileWarning[];
  readonly file: DatasetsText;
}

/** The text of a datasets file. */
export interface DatasetsText {
  readonly text: string;
  /** A hash of the text: 16 hexadecimal digits. */
  readonly version: string;
  /** The text as plain data, with the values of the environment: they are never shown. */
  readonly value: unknown;
}

export type DatasetsResult =
  | ({ readonly ok: true } & ReadDatasets)
  | { readonly ok: false; readonly errors: readonly FileError[] };

/** Where the file lies and what it may take from its surroundings. */
export interface DatasetsSurroundings {
  /** Absolute; relative paths in the file start here. */
  readonly folder: string;
  /** What `${NAME}` is replaced by. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called with each value that the file uses from the environment: each is a secret. */
  readonly onSecret?: ((value: string) => void) | undefined;
  /** Providers that stand in code, by what is written in their place. */
  readonly providers?: ReadonlyMap<unknown, unknown> | undefined;
}

/**
 * Reads and checks the datasets file; blocks while it does, once at boot.
 * @param path absolute, or relative to the working directory
 * @param onSecret called with each value that the file uses from the environment
 * @returns the datasets in the file's order, or everything that is wrong with the file
 */
export function readDatasetsFile(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  onSecret?: (value: string) => void,
): DatasetsResult {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return unreadable(error);
  }
  return readDatasets(text, { folder: dirname(resolve(path)), env, onSecret });
}

/** The result for a file that can't be read. */
export function unreadable(error: unknown): Extract<DatasetsResult, { readonly ok: false }> {
  const received = error instanceof Error ? error.message : String(error);
  const expected = 'a file that can be read';
  return { ok: false, errors: [{ path: '', line: null, column: null, expected, received }] };
}

/**
 * The same for a text. A provider's module has to be there. Data may come later: a file of a source that is missing is
 * a warning, and days fail as long as it is.
 */
export function readDatasets(text: string, surroundings: DatasetsSurroundings): DatasetsResult {
  const reading = readingOf(text, surroundings);
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
  }
}

/** The same beside polls: it yields to the event loop between two steps. */
export async function readDatasetsInTurns(
  text: string,
  surroundings: DatasetsSurroundings,
): Promise<DatasetsResult> {
  const reading = readingOf(text, surroundings);
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
    if (isTurnDue()) await takeTurn();
  }
}

/** A hash of the text of a datasets file: 16 hexadecimal digits. */
export function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Reads a text in steps: those of its YAML, then one for each dataset. */
function* readingOf(
  text: string,
  { env, folder, onSecret, providers }: DatasetsSurroundings,
): Generator<void, DatasetsResult> {
  const document = yield* readYamlInSteps(text, env, onSecret);
  const { value } = document;
  yield;
  if (value === undefined) return { ok: false, errors: document.errors };
  // With PostgreSQL several processes may run the datasets.
  const isShared = Boolean(env['DATABASE_URL']);
  const reader = new DatasetsReader(document, folder, providers, isShared);
  const read = yield* reader.read();
  const errors = [...document.errors, ...reader.errors];
  if (errors.length > 0) return { ok: false, errors: inFileOrder(errors) };
  const file = { text, version: versionOf(text), value };
  return { ok: true, ...deepFreeze(read), warnings: reader.warnings, file };
}

function inFileOrder(errors: readonly FileError[]): FileError[] {
  return errors.toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

/** Walks the file mapping by mapping and gathers errors; what it returns counts only if there are none. */
export class DatasetsReader implements ShapeReader {
  readonly errors: FileError[] = [];
  readonly warnings: FileWarning[] = [];

  constructor(
    readonly document: YamlDocument,
    readonly folder: string,
    readonly providers?: ReadonlyMap<unknown, unknown>,
    private readonly isShared = false,
  ) {}

  /** Yields after each dataset. */
  *read(): Generator<void, FileContents> {
    const file = this.shape(FileShape, this.document.value, []);
    const { datasets, webhooks } = file ?? {};
    const read: Dataset[] = [];
    for (const [index, entry] of listOf(datasets).entries()) {
      const dataset = this.dataset(entry, ['datasets', index]);
      if (dataset !== undefined) read.push(dataset);
      yield;
    }
    this.refuseNamesInUse();
    return {
      datasets: read,
      webhooks: readList(webhooks, (entry, index) => this.webhook(entry, ['webhooks', index])),
    };
  }

  private readonly names = new Map<string, Path>();
  /** Whether the file has datasets whose names are not known. */
  private hasUnsetName = false;
  /** The old names, which nothing else may have. */
  private readonly renames: OldName[] = [];
  private readonly webhookNames = new Map<string, Path>();
  private readonly tables = new Map<string, Path>();

  private dataset(value: unknown, path: Path): Dataset | undefined {
    const shape = this.shape(DatasetShape, value, path);
    if (shape === undefined) return undefined;
    this.claim(this.names, shape.name, [...path, 'name'], 'dataset');
    this.hasUnsetName ||= this.isUnset([...path, 'name']);
    const title = this.title(shape.title, shape.name, [...path, 'title']);
    const onBadRow = readOnBadRow(this, shape.on_bad_row, [...path, 'on_bad_row']);
    const timeZone = shape.time_zone ?? 'UTC';
    const source = this.source(shape.source, [...path, 'source'], timeZone);
    const errorsBefore = this.errors.length;
    const target = this.target(shape.target, [...path, 'target'], timeZone);
    // With an error there, the target may lack columns that the file has.
    const soundTarget = this.errors.length === errorsBefore ? target : undefined;
    const where = readRowTests(this, shape.where, [...path, 'where']);
    const checks = readChecks(this, shape.checks, [...path, 'checks'], soundTarget);
    const throttle = this.throttle(shape.throttle, [...path, 'throttle']);
    const schedule = readSchedule(this, shape.schedule, [...path, 'schedule'], timeZone);
    const expected = readExpected(this, shape.expected, [...path, 'expected']);
    const freshBy = readFreshBy(this, shape.fresh_by, [...path, 'fresh_by']);
    if (source === undefined || target === undefined || title === undefined) return undefined;
    this.renames.push({
      taken: this.names,
      from: shape.renamed_from,
      path: [...path, 'renamed_from'],
      what: 'dataset',
    });
    return {
      name: shape.name,
      ...renamedFrom(shape),
      title,
      source,
      target,
      ...(where.length === 0 ? {} : { where }),
      throttle,
      schedule,
      expected,
      freshBy,
      timeZone,
      concurrency: shape.concurrency ?? 1,
      timeoutSeconds: shape.timeout_seconds ?? 60,
      attempts: shape.attempts ?? 3,
      pauseAfterFailures: shape.pause_after_failures ?? 20,
      onEmpty: shape.on_empty ?? 'skip',
      onBadRow,
      checks,
      variables: this.document.variables,
      fingerprint: fingerprint({ source, target, where, onBadRow, expected }),
    };
  }

  private webhook(value: unknown, path: Path): WebhookEndpoint | undefined {
    const isDataset = (name: string): boolean => this.names.has(name) || this.hasUnsetName;
    const webhook = readWebhook(this, value, path, isDataset);
    this.claim(this.webhookNames, webhook?.name, [...path, 'name'], 'webhook');
    return webhook;
  }

  private title(value: unknown, name: string, path: Path): Dataset['title'] | undefined {
    if (value === undefined || value === null) return { zh: name, en: name };
    const written = typeof value === 'string' ? { zh: value, en: value } : value;
    const shape = this.shape(TitleShape, written, path);
    return shape && { zh: shape.zh, en: shape.en };
  }

  private source(value: unknown, path: Path, timeZone: string): SourceConfig | undefined {
    const kind = isMapping(value) ? value['kind'] : undefined;
    if (isSourceKind(kind)) return SOURCE_KINDS[kind].read(this, value, path, timeZone);
    const expected = Object.keys(SOURCE_KINDS).join(' or ');
    if (isMapping(value)) this.report([...path, 'kind'], expected, kind);
    else this.report(path, `a mapping with the key kind (${expected})`, value);
    return undefined;
  }

  private target(value: unknown, path: Path, timeZone: string): Dataset['target'] | undefined {
    const read = readTargetPlace(this, value, path, this.isShared);
    if (read === undefined) return undefined;
    const { identity, key, columns: written, ...place } = read;
    const isOwn = place.place === undefined;
    const nameKey = place.place?.kind === 'parquet' ? 'path' : 'table';
    this.claim(this.tables, place.table, [...path, nameKey], 'table', identity);
    if (!isMapping(written)) return undefined;
    const columns = Object.entries(written)
      .map(([name, column]) => readColumn(this, name, column, [...path, 'columns', name], timeZone))
      .filter((column) => column !== undefined);
    const names = new Map(columns.map(({ name }) => [name, [...path, 'columns', name]]));
    this.renames.push(
      {
        taken: this.tables,
        from: place.renamedFrom,
        path: [...path, 'renamed_from'],
        what: 'table',
      },
      ...columns.map(({ name, renamedFrom: from }) => ({
        ...{ taken: names, from, what: 'column' },
        path: [...path, 'columns', name, 'renamed_from'],
      })),
    );
    if (!isOwn) this.refuseRenamedColumns(columns, path);
    for (const [index, name] of (key ?? []).entries()) {
      if (Object.hasOwn(written, name)) continue;
      this.report([...path, 'key', index], 'the name of a column of the target', name);
    }
    return { ...place, columns, ...(key === null ? {} : { key }) };
  }

  private refuseRenamedColumns(columns: Dataset['target']['columns'], path: Path): void {
    for (const { name, renamedFrom } of columns) {
      if (renamedFrom === undefined) continue;
      const expected = "nothing here: only a column of Daysync's own database gets a new name";
      this.report([...path, 'columns', name, 'renamed_from'], expected, renamedFrom);
    }
  }

  private throttle(value: unknown, path: Path): Dataset['throttle'] {
    if (value === undefined || value === null) return null;
    const shape = this.shape(ThrottleShape, value, path);
    return shape === undefined ? null : { daysPerMinute: shape.days_per_minute };
  }

  shape<Shape extends object>(
    Shape: ShapeClass<Shape>,
    value: unknown,
    path: Path,
    fromKey: Readonly<Record<string, string>> = {},
  ): Shape | undefined {
    if (!isMapping(value)) {
      this.report(path, `a mapping with the keys ${Shape.keys.join(', ')}`, value);
      return undefined;
    }
    const shape = Object.assign(new Shape(), fromKey);
    for (const [key, item] of Object.entries(value)) {
      // Only known keys reach the instance: `__proto__` and `constructor` end here.
      if (Shape.keys.includes(key)) Object.assign(shape, { [key]: item });
      else {
        const refused = Shape.refused ?? {};
        const expected = Object.hasOwn(refused, key)
          ? refused[key]
          : `one of the keys ${Shape.keys.join(', ')}`;
        this.addError([...path, key], 'key', expected ?? '', `the key ${JSON.stringify(key)}`);
      }
    }
    for (const error of validateSync(shape, { forbidUnknownValues: true })) {
      if (Object.hasOwn(fromKey, error.property)) {
        this.addError(path, 'key', expectedOf(error), describeReceived(error.value));
      } else {
        this.report([...path, error.property], expectedOf(error), error.value);
      }
    }
    return shape;
  }

  /**
   * Reports the second dataset with the same name or table.
   * @param identity what no other has; it may be secret
   */
  private claim(
    taken: Map<string, Path>,
    name: unknown,
    path: Path,
    what: string,
    identity = name,
  ): void {
    if (typeof identity !== 'string') return;
    const first = taken.get(identity.toLowerCase());
    if (first === undefined) taken.set(identity.toLowerCase(), path);
    else this.report(path, `a ${what} name of its own, not that of ${writePath(first)}`, name);
  }

  /** What has an old name now, or takes it over as well, would lose its rows or its records. */
  private refuseNamesInUse(): void {
    const claimed = new Map<ReadonlyMap<string, Path>, Map<string, Path>>();
    for (const { taken, from, path, what } of this.renames) {
      if (typeof from !== 'string') continue;
      const key = from.toLowerCase();
      const others = claimed.get(taken) ?? new Map<string, Path>();
      claimed.set(taken, others);
      const inUse = taken.get(key) ?? others.get(key);
      if (inUse === undefined) others.set(key, path);
      else this.report(path, `a ${what} name of before, not that of ${writePath(inUse)}`, from);
    }
  }

  report(path: Path, expected: string, received: unknown): void {
    if (this.isUnset(path)) return;
    const written = this.writtenAt(path);
    this.reportReceived(
      path,
      expected,
      written === undefined
        ? describeReceived(received)
        : `${JSON.stringify(written)} (text from the environment)`,
    );
  }

  reportReceived(path: Path, expected: string, received: string): void {
    this.addError(path, 'value', expected, received);
  }

  writtenAt(path: Path): string | undefined {
    return this.document.placeOf(path).written;
  }

  isUnset(path: Path): boolean {
    return this.document.placeOf(path).isUnset;
  }

  warn(path: Path, text: string): void {
    const { line, column } = this.document.placeOf(path);
    this.warnings.push({ path: writePath(path), line, column, text });
  }

  private addError(path: Path, part: 'value' | 'key', expected: string, received: string): void {
    const { line, column } = this.document.placeOf(path, part);
    this.errors.push({ path: writePath(path), line, column, expected, received });
  }
}

/** A name of before, and the names that are in use. */
interface OldName {
  readonly taken: ReadonlyMap<string, Path>;
  readonly from: string | undefined;
  readonly path: Path;
  readonly what: string;
}

function renamedFrom({ renamed_from: from }: { readonly renamed_from?: string }): {
  readonly renamedFrom?: string;
} {
  return from == null ? {} : { renamedFrom: from };
}

/** The readable entries of a list; none of a value that is not a list, which was reported. */
function readList<Entry>(
  value: unknown,
  read: (entry: unknown, index: number) => Entry | undefined,
): Entry[] {
  return listOf(value)
    .map(read)
    .filter((entry) => entry !== undefined);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
