import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Insertable, Kysely, SelectQueryBuilder } from 'kysely';
import { CLOCK, toInstant, type Clock } from '../config/clock.js';
import { redactText, redactVariables, shortenText } from '../config/redact.js';
import { isTurnDue, takeTurn } from '../config/slices.js';
import { Database, type WriteTransaction } from '../database/database.js';
import type { Schema } from '../database/schema.js';
import type { PageQueryDto } from '../http/input/page.dto.js';
import { cutRowText } from '../sources/rows/row-text.js';
import type { UnreadableRows } from '../sources/unreadable-rows.js';
import type { TargetValue } from '../targets/column-types.js';
import { replaceQuarantined } from '../targets/quarantined-rows.js';
import { DatasetCatalog } from './dataset-catalog.js';
import type { Dataset, SourceConfig } from './file/dataset.js';
import { MOST_QUARANTINED } from './file/on-bad-row.js';
import { UnreadableRowPageDto, UnreadableRowsDto } from './unreadable-rows.dto.js';

/** How many rows a dataset shows; the others are on pages. */
const MOST_SHOWN = 5;
/** How many rows are listed, with how many characters each; quarantine keeps more. */
const MOST_LISTED = 200;
const MOST_LISTED_TEXT = 200;
const CODE = 'SOURCE_DAY_UNREADABLE' as const;

/** A row that is listed. */
type ListedRow = Omit<Insertable<Schema['unreadable_row']>, 'file_id'>;

/** What is stored of the unreadable rows of a dataset, without the values of its variables. */
export interface StoredUnreadableRows {
  readonly id: string;
  readonly dataset: string;
  readonly file: string;
  readonly count: number;
  readonly listed: readonly ListedRow[];
  /** Each with the values of `QUARANTINED_VALUES`. */
  readonly quarantined: readonly (readonly TargetValue[])[];
}

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
      const stored = await this.prepare(dataset, found);
      await this.database.write('unreadable', async (transaction) => {
        if (await this.replace(transaction, stored)) await this.quarantine(transaction, stored);
      });
    }
    this.written.add(found);
  }

  /** What is stored of unreadable rows. It takes long for many, and no database. */
  async prepare(dataset: Dataset, found: UnreadableRows): Promise<StoredUnreadableRows> {
    const { name, variables } = dataset;
    const most = quarantineBound(dataset, found);
    const hash = createHash('sha256').update(JSON.stringify([name, found.file, found.count]));
    const listed: ListedRow[] = [];
    const quarantined: (readonly TargetValue[])[] = [];
    for (const { row, ...texts } of found.rows.slice(0, Math.max(most, MOST_LISTED))) {
      if (isTurnDue()) await takeTurn();
      const file = redactText(texts.file, variables);
      const column = redactText(texts.column, variables);
      const text = redactText(texts.text, variables);
      const content = cutRowText(redactVariables(texts.content, variables));
      hash.update(JSON.stringify([file, row, column, text, content]));
      if (listed.length < MOST_LISTED) {
        const beginning = shortenText(content, MOST_LISTED_TEXT);
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
    return { id, dataset: name, file: found.file, count: found.count, listed, quarantined };
  }

  /** Replaces the list of a dataset. @returns whether it had another one */
  async replace(
    transaction: WriteTransaction,
    { id, dataset, file, count, listed, quarantined }: StoredUnreadableRows,
  ): Promise<boolean> {
    const { db } = transaction;
    const current = await currentOf(db, dataset).select('id').execute();
    if (count > 0 && current.length === 1 && current[0]?.id === id) return false;
    await db
      .updateTable('unreadable_file')
      .set({ is_current: 0 })
      .where('dataset', '=', dataset)
      .where('is_current', '=', 1)
      .where('id', '!=', id)
      .execute();
    if (count === 0) return true;
    await db
      .insertInto('unreadable_file')
      .values({
        ...{ id, dataset, file, count, quarantined_rows: quarantined.length, is_current: 1 },
        found_at: toInstant(this.clock.now()),
      })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ is_current: 1 }))
      .execute();
    await db
      .insertInto('unreadable_row')
      .values(listed.map((row) => ({ file_id: id, ...row })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return true;
  }

  /** Replaces the rows without a day that a dataset has in quarantine. */
  async quarantine(
    transaction: WriteTransaction,
    { dataset, quarantined }: StoredUnreadableRows,
    batchId: string | null = null,
  ): Promise<void> {
    const quarantined_at = toInstant(this.clock.now());
    const of = { dataset, day: '', batch_id: batchId, quarantined_at } as const;
    await replaceQuarantined(transaction, of, quarantined);
  }

  /** The number of unreadable rows of a dataset, and the first of them. */
  async summary(dataset: string): Promise<UnreadableRowsDto> {
    const query = { page: 1, page_size: MOST_SHOWN };
    const {
      page: _page,
      page_size: _size,
      total: _total,
      ...summary
    } = await this.ofDataset(dataset, query);
    return summary;
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
    // The latest one: two processes that read a changed file at once may both have written theirs.
    const found = await files
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
      .orderBy('found_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (found === undefined)
      return { page, page_size, total: 0, count: 0, quarantined: 0, found_at: null, items: [] };
    const { id, count, quarantined_rows: quarantined, found_at, stored } = found;
    const rows = await this.database.read
      .selectFrom('unreadable_row')
      .select(['row', 'place', 'place_row', 'column', 'text', 'content'])
      .where('file_id', '=', id)
      .orderBy('row')
      .limit(page_size)
      .offset((page - 1) * page_size)
      .execute();
    const items = rows.map(({ row, place, place_row, ...texts }) => ({
      ...{ file: place ?? found.file, row: place_row ?? row, code: CODE },
      ...texts,
    }));
    return {
      page,
      page_size,
      total: stored ?? 0,
      count,
      quarantined: quarantined ?? 0,
      found_at,
      items,
    };
  }
}

function currentOf(db: Kysely<Schema>, dataset: string): Files {
  return db
    .selectFrom('unreadable_file')
    .where('dataset', '=', dataset)
    .where('is_current', '=', 1);
}

async function hasCurrent(db: Kysely<Schema>, dataset: string): Promise<boolean> {
  return (await currentOf(db, dataset).select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** How many of the rows go to quarantine, at most: a percentage is that of all rows of the files. */
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
