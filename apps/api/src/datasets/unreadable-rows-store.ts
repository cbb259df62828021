import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Insertable, Kysely, Selectable, SelectQueryBuilder } from 'kysely';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import {
  redactText,
  redactVariables,
  shortenText,
  type DatasetVariables,
} from '../config/redact.js';
import { isTurnDue, takeTurn } from '../config/slices.js';
import { Database, type WriteTransaction } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import type { PageQueryDto } from '../http/input/page.dto.js';
import { cutRowText } from '../sources/rows/row-text.js';
import {
  LISTED_ROWS,
  UNREADABLE_MEMORY,
  type UnreadableLists,
  type UnreadableRows,
} from '../sources/unreadable-rows.js';
import type { TargetValue } from '../targets/column-types.js';
import {
  addQuarantinedList,
  deleteQuarantined,
  deleteQuarantinedList,
  meetQuarantinedList,
} from '../targets/quarantined-rows.js';
import { DatasetCatalog } from './dataset-catalog.js';
import type { Dataset } from './file/dataset.js';
import type { SourceConfig } from './file/source-kinds.js';
import { MOST_QUARANTINED } from './file/on-bad-row.js';
import {
  UnreadableRowDto,
  UnreadableRowPageDto,
  UnreadableRowsDto,
} from './unreadable-rows.dto.js';

/** How many rows a dataset shows; the others are on pages. */
const MOST_SHOWN = 5;
/** What one transaction writes. */
const MOST_FILES = 100;
const MOST_ROWS = 5_000;
/** How many files are looked up by their names. */
const MOST_PLACES = 500;
const EARLIER = ['id', 'file', 'place'] as const;
const CODE = 'SOURCE_DAY_UNREADABLE' as const;

/** A row that is listed. */
type ListedRow = Omit<Insertable<Schema['unreadable_row']>, 'file_id'>;

/** What is stored of the unreadable rows of a file, without the values of the dataset's variables. */
export interface StoredUnreadableRows {
  readonly id: string;
  /** What the file is stored as. */
  readonly place: string;
  /** What was read. */
  readonly read: UnreadableRows;
  readonly listed: readonly ListedRow[];
  /** Each with the values of `QUARANTINED_VALUES`. */
  readonly quarantined: readonly (readonly TargetValue[])[];
}

/** What one transaction writes of the files that were read. */
export interface UnreadableChange {
  readonly dataset: string;
  readonly found: UnreadableLists;
  /** Earlier lists of files that have none any more, or that no longer exist. */
  readonly retired: readonly EarlierList[];
  readonly lists: readonly StoredUnreadableRows[];
}

type EarlierList = Pick<Selectable<Schema['unreadable_file']>, 'id' | 'place'>;
type Files = SelectQueryBuilder<Schema, 'unreadable_file', object>;

/**
 * Stores which rows of a dataset's files belong to no day, by file: what was not read stays as it is. Every process that has
 * read a file writes its list, and the same rows always get the same id: they are stored once.
 */
@Injectable()
export class UnreadableRowsStore {
  /** What this process has written outside of a batch. */
  private readonly written = new WeakSet<UnreadableRows>();
  private readonly ids = new WeakMap<UnreadableRows, string>();

  constructor(
    private readonly catalog: DatasetCatalog,
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /**
   * Writes what the source of a dataset has read.
   * @throws {DatabaseUnavailableError}
   */
  async write(dataset: Dataset): Promise<void> {
    const found = this.catalog.currentSourceOf(dataset)?.unreadableRows?.();
    if (found === undefined) return;
    const lists = found.lists.filter((list) => !this.written.has(list));
    for await (const change of this.changes(dataset, found, lists, true)) {
      await this.database.write('unreadable', (transaction) => this.replace(transaction, change));
    }
    this.release(lists);
    for (const list of lists) this.written.add(list);
  }

  /** Frees what only quarantine needs of lists that are written. */
  release(lists: readonly UnreadableRows[]): void {
    for (const list of lists) UNREADABLE_MEMORY.release(list);
  }

  /**
   * What has to be written of files that were read, in parts that one transaction may write. Nearly every file has no such
   * rows, and had none before: then there is nothing.
   * @param lists those of `found` that are new
   * @param findsGone whether to look for files that no longer exist
   * @throws {DatabaseUnavailableError}
   */
  async *changes(
    dataset: Dataset,
    found: UnreadableLists,
    lists: readonly UnreadableRows[],
    findsGone: boolean,
  ): AsyncGenerator<UnreadableChange> {
    const { name, variables } = dataset;
    const places = new Set(lists.map(({ file }) => redactText(file, variables)));
    let current = currentOf(this.database.read, name);
    if (!findsGone && places.size <= MOST_PLACES)
      current = current.where('place', 'in', [...places]);
    const earlier = places.size === 0 && !findsGone ? [] : await current.select(EARLIER).execute();
    const clean = lists.filter((list) => list.count === 0 && found.isLatest(list));
    const cleanPlaces = new Set(clean.map(({ file }) => redactText(file, variables)));
    const retired: EarlierList[] = [];
    for (const list of earlier) {
      const { file, place } = list;
      const isOther = place === null || file !== found.source;
      const isGone = async (of: string): Promise<boolean> =>
        findsGone && !places.has(of) && (await found.isGone?.(revealed(of, variables))) === true;
      if (isOther || cleanPlaces.has(place) || (await isGone(place))) retired.push(list);
    }
    let part: StoredUnreadableRows[] = [];
    let rows = 0;
    const changeOf = (of: readonly EarlierList[]): UnreadableChange => ({
      ...{ dataset: name, found, retired: of, lists: part },
    });
    if (retired.length > 0) yield changeOf(retired);
    for (const list of lists) {
      if (list.count === 0) continue;
      const stored = await this.prepare(dataset, list);
      part.push(stored);
      rows += stored.quarantined.length;
      if (part.length < MOST_FILES && rows < MOST_ROWS) continue;
      yield changeOf([]);
      part = [];
      rows = 0;
    }
    if (part.length > 0) yield changeOf([]);
  }

  /**
   * Replaces the lists of files, and what quarantine has of them. Until the end of the transaction no other one does.
   * @param batchId the batch that has met the rows
   */
  async replace(
    transaction: WriteTransaction,
    { dataset, found, retired, lists }: UnreadableChange,
    batchId: string | null = null,
  ): Promise<void> {
    await transaction.lockExclusive('unreadable');
    const ids = lists.map(({ id }) => id);
    const met = batchId === null ? ids : await metBy(transaction.db, batchId, ids);
    await this.retire(transaction, dataset, retired);
    const at = toInstant(this.clock.now());
    for (const list of lists) {
      const { id, place, quarantined, read } = list;
      await transaction.turn();
      // Another lane has read the file anew meanwhile.
      if (!found.isLatest(read)) continue;
      const current = await currentOf(transaction.db, dataset)
        .where('place', '=', place)
        .select(EARLIER)
        .execute();
      const isCurrent = current.length === 1 && current[0]?.id === id;
      if (!isCurrent) {
        const others = current.filter((other) => other.id !== id);
        await this.retire(transaction, dataset, others);
        await insertList(transaction, { ...list, dataset, source: found.source, at });
      }
      if (isCurrent && met.includes(id)) continue;
      const key = { dataset, day: '', file_id: id } as const;
      const of = { ...key, batch_id: batchId, quarantined_at: at };
      if (isCurrent && (await meetQuarantinedList(transaction, of))) continue;
      await deleteQuarantinedList(transaction, id);
      await addQuarantinedList(transaction, of, quarantined);
    }
  }

  /** What is stored of a list. Its id stays that of all its rows, also when they are released. */
  private async prepare(dataset: Dataset, list: UnreadableRows): Promise<StoredUnreadableRows> {
    const stored = await prepare(dataset, list);
    const id = this.ids.get(list) ?? stored.id;
    this.ids.set(list, id);
    return { ...stored, id };
  }

  private async retire(
    transaction: WriteTransaction,
    dataset: string,
    lists: readonly EarlierList[],
  ): Promise<void> {
    for (const { id, place } of lists) {
      await transaction.db
        .updateTable('unreadable_file')
        .set({ is_current: 0 })
        .where('id', '=', id)
        .execute();
      await deleteQuarantinedList(transaction, id);
      if (place === null) await deleteQuarantined(transaction, { dataset, day: '' });
    }
  }

  /** The number of unreadable rows of a dataset, and the first of them. */
  async summary(dataset: string): Promise<UnreadableRowsDto> {
    const query = { page: 1, page_size: MOST_SHOWN };
    const { count, quarantined, found_at, items } = await this.ofDataset(dataset, query);
    return { count, quarantined, found_at, items };
  }

  /** Those of the file that the datasets file names now: of an earlier one nothing is known any more. */
  ofDataset(dataset: string, query: PageQueryDto): Promise<UnreadableRowPageDto> {
    const source = this.catalog.get(dataset)?.source;
    const file = source === undefined ? '' : indexedFile(source);
    return this.page(currentOf(this.database.read, dataset).where('file', '=', file), query);
  }

  ofBatch(batchId: string, query: PageQueryDto): Promise<UnreadableRowPageDto> {
    const files = this.database.read
      .selectFrom('unreadable_file')
      .where('id', 'in', (met) =>
        met.selectFrom('batch_unreadable_file').select('file_id').where('batch_id', '=', batchId),
      );
    return this.page(files, query);
  }

  private async page(
    files: Files,
    { page, page_size }: PageQueryDto,
  ): Promise<UnreadableRowPageDto> {
    const lists = await files
      .select((select) => [
        'id',
        'file',
        'count',
        'quarantined_rows',
        'found_at',
        select
          .selectFrom('unreadable_row')
          .select((row) => row.fn.countAll<number>().as('stored'))
          .whereRef('file_id', '=', 'unreadable_file.id')
          .as('stored'),
      ])
      .orderBy('place')
      .orderBy('id')
      .execute();
    const items: UnreadableRowDto[] = [];
    const sums = { count: 0, quarantined: 0, total: 0 };
    let found_at: string | null = null;
    for (const list of lists) {
      const stored = list.stored ?? 0;
      const skipped = Math.max(0, (page - 1) * page_size - sums.total);
      if (skipped < stored && items.length < page_size) {
        const limit = page_size - items.length;
        items.push(...(await this.rowsOf(list, limit, skipped)));
      }
      sums.total += stored;
      sums.count += list.count;
      sums.quarantined += list.quarantined_rows ?? 0;
      if (found_at === null || list.found_at < found_at) ({ found_at } = list);
    }
    return { page, page_size, ...sums, found_at, items };
  }

  private async rowsOf(
    { id, file }: { readonly id: string; readonly file: string },
    limit: number,
    offset: number,
  ): Promise<UnreadableRowDto[]> {
    const rows = await this.database.read
      .selectFrom('unreadable_row')
      .select(['row', 'place', 'place_row', 'column', 'text', 'content'])
      .where('file_id', '=', id)
      .orderBy('row')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(({ row, place, place_row, ...texts }) => ({
      ...{ file: place ?? file, row: place_row ?? row, code: CODE },
      ...texts,
    }));
  }
}

/** What is stored of unreadable rows. It takes long for many, and no database. */
async function prepare(dataset: Dataset, read: UnreadableRows): Promise<StoredUnreadableRows> {
  const { name, variables } = dataset;
  const most = quarantineBound(dataset, read);
  const place = redactText(read.file, variables);
  const hash = createHash('sha256').update(JSON.stringify([name, place, read.count]));
  const listed: ListedRow[] = [];
  const quarantined: (readonly TargetValue[])[] = [];
  for (const { row, ...texts } of read.rows.slice(0, Math.max(most, LISTED_ROWS.rows))) {
    if (isTurnDue()) await takeTurn();
    const file = redactText(texts.file, variables);
    const column = redactText(texts.column, variables);
    const text = redactText(texts.text, variables);
    const content = cutRowText(redactVariables(texts.content, variables));
    hash.update(JSON.stringify([file, row, column, text, content]));
    if (listed.length < LISTED_ROWS.rows) {
      const beginning = shortenText(content, LISTED_ROWS.characters);
      const before = listed.at(-1)?.row ?? 0;
      listed.push({
        ...{ row: Math.max(before + 1, row), place: file, place_row: row },
        ...{ column, text, content: beginning },
      });
    }
    if (quarantined.length < most) quarantined.push([file, row, CODE, column, text, content]);
  }
  // The same in every process, also where the file has another inode.
  const id = hash.update(`${quarantined.length}`).digest('hex').slice(0, 32);
  return { id, place, read, listed, quarantined };
}

interface InsertedList extends StoredUnreadableRows {
  readonly dataset: string;
  readonly source: string;
  readonly at: string;
}

async function insertList(
  { db }: WriteTransaction,
  { id, dataset, source: file, place, read: { count }, listed, quarantined, at }: InsertedList,
): Promise<void> {
  await db
    .insertInto('unreadable_file')
    .values({
      ...{ id, dataset, file, place, count, quarantined_rows: quarantined.length },
      ...{ is_current: 1, found_at: at },
    })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ file, quarantined_rows: quarantined.length, is_current: 1 }),
    )
    .execute();
  if (listed.length === 0) return;
  await db
    .insertInto('unreadable_row')
    .values(listed.map((row) => ({ file_id: id, ...row })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** A text with the values of variables in place of their names. */
function revealed(text: string, variables: DatasetVariables): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (name, variable: string) => variables[variable] ?? name);
}

function currentOf(db: Kysely<Schema>, dataset: string): Files {
  return db
    .selectFrom('unreadable_file')
    .where('dataset', '=', dataset)
    .where('is_current', '=', 1);
}

/** Which of these lists a batch has. */
export async function metBy(
  db: Kysely<Schema>,
  batchId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const met = await db
    .selectFrom('batch_unreadable_file')
    .select('file_id')
    .where('batch_id', '=', batchId)
    .where('file_id', 'in', ids)
    .execute();
  return met.map(({ file_id }) => file_id);
}

/** How many of the rows go to quarantine, at most: a percentage is that of all rows of the file. */
function quarantineBound({ onBadRow }: Dataset, { allRows }: UnreadableRows): number {
  if (onBadRow === null) return 0;
  if ('rows' in onBadRow) return onBadRow.rows;
  return Math.min(MOST_QUARANTINED, Math.ceil((onBadRow.percent * allRows) / 100));
}

/** The file or address of a source that is indexed by day, as its unreadable rows have it; empty for every other one. */
function indexedFile(source: SourceConfig): string {
  if (source.kind === 'http') return source.dayColumn === null ? '' : source.written.url;
  return 'dayColumn' in source ? source.writtenPath : '';
}
