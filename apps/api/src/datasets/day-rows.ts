import type { CalendarDay } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import { Database } from '../database/database.js';
import { PageQueryDto } from '../http/page.dto.js';
import { DatasetCatalog } from './dataset-catalog.js';
import { datasetNotFound } from './dataset-not-found.js';
import type { TargetColumn } from './dataset.js';
import { DayRowsDto } from './day-rows.dto.js';
import { showValue, type StoredValue } from './shown-value.js';
import { DAY_COLUMN } from './target-table.js';

/** Reads the rows that a day has in its target. */
@Injectable()
export class DayRows {
  constructor(
    private readonly catalog: DatasetCatalog,
    private readonly database: Database,
  ) {}

  /** @throws {Problem} `DATASET_NOT_FOUND` */
  async list(name: string, day: CalendarDay, page: PageQueryDto): Promise<DayRowsDto> {
    const dataset = this.catalog.get(name);
    if (dataset === undefined) throw datasetNotFound(this.catalog, name);
    const { table, columns } = dataset.target;
    const ofDay = sql`from ${sql.table(table)} where ${sql.ref(DAY_COLUMN)} = ${day}`;
    const counted = await sql<{ total: number }>`select count(*) as total ${ofDay}`.execute(
      this.database.read,
    );
    const { rows } = await sql<Readonly<Record<string, StoredValue>>>`
      select ${sql.join(columns.map(selected))} ${ofDay}
      order by rowid limit ${page.page_size} offset ${(page.page - 1) * page.page_size}
    `.execute(this.database.read);
    return {
      dataset: name,
      day,
      columns: columns.map(({ name: column, type }) => ({ name: column, type })),
      // By position: one column may be called as another's alias.
      items: rows.map((row) =>
        Object.fromEntries(
          columns.map(({ name: column, type }, index) => [
            column,
            showValue(type, row[`c${index}`] ?? null),
          ]),
        ),
      ),
      page: page.page,
      page_size: page.page_size,
      total: counted.rows[0]?.total ?? 0,
    };
  }
}

/** An integer of 64 bits comes as its digits: as a number it would be refused. */
function selected({ name, type }: TargetColumn, index: number): RawBuilder<unknown> {
  const column = sql.ref(name);
  const value = type === 'integer' ? sql`cast(${column} as text)` : column;
  return sql`${value} as ${sql.ref(`c${index}`)}`;
}
