import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Kysely, SelectQueryBuilder } from 'kysely';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { redactText } from '../config/redact.js';
import { Database, type WriteTransaction } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import type { PageQueryDto } from '../http/input/page.dto.js';
import type { UnreadableRow, UnreadableRows } from '../sources/unreadable-rows.js';
import { replaceQuarantined } from '../targets/quarantined-rows.js';
import { DatasetCatalog } from './dataset-catalog.js';
import type { Dataset, SourceConfig } from './file/dataset.js';
import { UnreadableRowPageDto, UnreadableRowsDto } from './unreadable-rows.dto.js';

/** How many rows a dataset shows; the others are on pages. */
const MOST_SHOWN = 5;
const CODE = 'SOURCE_DAY_UNREADABLE' as const;

type Files = SelectQueryBuilder<Schema, 'unreadable_file', object>;

/**
 * Stores which rows of a dataset's file belong to no day. Every process that has read a file writes them, and the same
 * rows always get the same id: they are stored once.
 */
@Injectable()
export class UnreadableRowsStore {
  /** What this process has written. */
  private readonly written = new WeakSet<UnreadableRows>();

  constructor(
    private readonly catalog: DatasetCatalog,
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** What the source of a dataset has found when it was last read. */
  private foundBy(dataset: Dataset): UnreadableRows | undefined {
    return this.catalog.currentSourceOf(dataset)?.unreadableRows?.();
  }

  /** Whether this process has still to write what it has found. */
  isUnwritten(found: UnreadableRows | undefined): found is UnreadableRows {
    return found !== undefined && !this.written.has(found);
  }

  /**
   * Writes what the source of a dataset has found, once.
   * @param found by default what it has found when it was last read
   * @throws {DatabaseUnavailableError} nothing is written
   */
  async write(dataset: Dataset, found = this.foundBy(dataset)): Promise<void> {
    if (!this.isUnwritten(found)) return;
    // Nearly every file has none, and had none before: then there is nothing to write.
    if (found.count > 0 || (await hasCurrent(this.database.read, dataset.name))) {
      await this.database.write('unreadable', (transaction) =>
        this.replace(transaction, dataset, found),
      );
    }
    this.written.add(found);
  }

  /** Replaces the unreadable rows of a dataset. @returns the id of the file with these rows; null without any */
  async replace(
    transaction: WriteTransaction,
    dataset: Dataset,
    { file, count, rows: found }: UnreadableRows,
    batchId: string | null = null,
  ): Promise<string | null> {
    const { name, variables } = dataset;
    const { db } = transaction;
    const rows = found.map((row): UnreadableRow => ({
      row: row.row,
      column: redactText(row.column, variables),
      text: redactText(row.text, variables),
      content: redactText(row.content, variables),
    }));
    const id = idOf(name, file, count, rows);
    await db
      .updateTable('unreadable_file')
      .set({ is_current: 0 })
      .where('dataset', '=', name)
      .where('is_current', '=', 1)
      .where('id', '!=', id)
      .execute();
    await this.quarantine(transaction, dataset, { file, rows, batchId });
    if (count === 0) return null;
    await db
      .insertInto('unreadable_file')
      .values({
        ...{ id, dataset: name, file, count, is_current: 1 },
        found_at: toInstant(this.clock.now()),
      })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ is_current: 1 }))
      .execute();
    await db
      .insertInto('unreadable_row')
      .values(rows.map((row) => ({ file_id: id, ...row })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return id;
  }

  /** Puts the rows in quarantine as well, where that is on. They belong to no day. */
  private async quarantine(
    transaction: WriteTransaction,
    { name, onBadRow }: Dataset,
    of: { file: string; rows: readonly UnreadableRow[]; batchId: string | null },
  ): Promise<void> {
    const { batchId: batch_id, file, rows } = of;
    await replaceQuarantined(
      transaction,
      { dataset: name, day: '', batch_id, quarantined_at: toInstant(this.clock.now()) },
      onBadRow === null
        ? []
        : rows.map(({ row, column, text, content }) => [file, row, CODE, column, text, content]),
    );
  }

  /** The number of unreadable rows of a dataset, and the first of them. */
  async summary(dataset: string): Promise<UnreadableRowsDto> {
    const query = { page: 1, page_size: MOST_SHOWN };
    const { count, found_at, items } = await this.ofDataset(dataset, query);
    return { count, found_at, items };
  }

  /** Those of the file that the datasets file names now: of an earlier one nothing is known any more. */
  ofDataset(dataset: string, query: PageQueryDto): Promise<UnreadableRowPageDto> {
    const source = this.catalog.get(dataset)?.source;
    const file = source === undefined ? '' : indexedFile(source);
    const files = this.database.read
      .selectFrom('unreadable_file')
      .where('dataset', '=', dataset)
      .where('file', '=', file)
      .where('is_current', '=', 1);
    return this.page(files, query);
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
    // The latest one: two processes that read a changed file at once may both have written theirs.
    const found = await files
      .select((select) => [
        'id',
        'file',
        'count',
        'found_at',
        select
          .selectFrom('unreadable_row')
          .select((row) => row.fn.countAll<number>().as('stored'))
          .whereRef('file_id', '=', 'unreadable_file.id')
          .as('stored'),
      ])
      .orderBy('found_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (found === undefined)
      return { page, page_size, total: 0, count: 0, found_at: null, items: [] };
    const { id, file, count, found_at, stored } = found;
    const rows = await this.database.read
      .selectFrom('unreadable_row')
      .select(['row', 'column', 'text', 'content'])
      .where('file_id', '=', id)
      .orderBy('row')
      .limit(page_size)
      .offset((page - 1) * page_size)
      .execute();
    const items = rows.map((row) => ({ file, code: CODE, ...row }));
    return { page, page_size, total: stored ?? 0, count, found_at, items };
  }
}

async function hasCurrent(db: Kysely<Schema>, dataset: string): Promise<boolean> {
  const current = await db
    .selectFrom('unreadable_file')
    .select('id')
    .where('dataset', '=', dataset)
    .where('is_current', '=', 1)
    .limit(1)
    .executeTakeFirst();
  return current !== undefined;
}

/** The same in every process, also where the file has another inode. */
function idOf(
  dataset: string,
  file: string,
  count: number,
  rows: readonly UnreadableRow[],
): string {
  const hash = createHash('sha256').update(JSON.stringify([dataset, file, count, rows]));
  return hash.digest('hex').slice(0, 32);
}

/** The file or address of a source that is indexed by day, as its unreadable rows have it; empty for every other one. */
function indexedFile(source: SourceConfig): string {
  if (source.kind === 'http') return source.dayColumn === null ? '' : source.written.url;
  return 'dayColumn' in source ? source.writtenPath : '';
}
