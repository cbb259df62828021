import type { CalendarDay } from '@daysync/progress';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database } from '../database/database.js';
import { COLUMN_TYPES, type ColumnType, type TargetValue } from './column-types.js';
import { TargetUnavailableError, type TakeRows } from './day-target.js';
import { OpenTargets } from './open-targets.js';
import { TARGET_DIALECTS } from './target-dialect.js';
import { TargetReader } from './target-reader.js';
import type { Target, TargetColumn, TargetPlace } from './target.js';

/** Where the rows of a day were written, before its dataset got another target. */
export interface EarlierDay {
  readonly target: Target;
  readonly rows: number;
  /** Null for a day of the time before fingerprints. */
  readonly fingerprint: string | null;
}

/** Why the rows of a day can't be read where they were written. */
export class EarlierTargetError extends Error {
  override readonly name = 'EarlierTargetError';
}

/** As `target_place.written` has it. */
interface WrittenPlace {
  readonly kind: TargetPlace['kind'];
  readonly url?: string;
  readonly path?: string;
  readonly table: string;
}

/** Reads days where they were written, before their dataset got another target. */
@Injectable()
export class EarlierTargets {
  private readonly reader: TargetReader;

  /** @param variable reads one of the environment: earlier addresses have their passwords there */
  constructor(
    private readonly database: Database,
    private readonly open: OpenTargets,
    private readonly variable: (name: string) => string | undefined,
  ) {
    this.reader = new TargetReader(database);
  }

  /**
   * Finds where the latest rows of a day are.
   * @throws {EarlierTargetError} if they are nowhere any more; what the target throws if it has several places
   */
  async find(dataset: string, day: CalendarDay): Promise<EarlierDay> {
    const { read, dialect } = this.database;
    const key = sql.ref('target_version.table_key');
    const found = await read
      .selectFrom('sync_record')
      .innerJoin('target_version', 'target_version.id', 'sync_record.target_version')
      .leftJoin('target_place', (join) =>
        join
          .onRef('target_place.dataset', '=', 'sync_record.dataset')
          .onRef('target_place.table_key', '=', 'target_version.table_key'),
      )
      .select(['synced_rows', 'rows', 'fingerprint', 'columns', 'table_name', 'written'])
      .select(['target_version.table_key as key'])
      .select(TARGET_DIALECTS[dialect].tableWithKey(key).as('own_table'))
      .where('sync_record.dataset', '=', dataset)
      .where('sync_record.day', '=', day)
      .orderBy('target_place.place')
      .execute();
    const [first] = found;
    if (first === undefined) {
      throw new EarlierTargetError(`expected a target that ${day} was written to, got none`);
    }
    const { own_table: table, fingerprint, table_name } = first;
    const columns = readColumns(first.columns);
    const rows = first.synced_rows ?? first.rows ?? 0;
    if (table !== null) return { target: { table, columns }, rows, fingerprint };
    const places = found.flatMap(({ written }) => (written === null ? [] : [written]));
    const target = await this.choose(places, columns, first.key);
    if (target === null) {
      throw new EarlierTargetError(
        `expected the rows of ${day} in ${table_name}, which is gone: sync the day again`,
      );
    }
    return { target, rows, fingerprint };
  }

  /** @returns of several places of one target, as after a new name of its variable, the first where it is; null for none */
  private async choose(
    places: readonly string[],
    columns: readonly TargetColumn[],
    key: string,
  ): Promise<Target | null> {
    const failures: unknown[] = [];
    for (const written of places) {
      try {
        const target = { columns, ...this.placeOf(written) };
        if (places.length === 1) return target;
        if ((await this.open.use(target, (open) => open.readKey())) === key) return target;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 0) return null;
    // It may be in one that is away: the day waits for that.
    throw failures.find((error) => error instanceof TargetUnavailableError) ?? failures[0];
  }

  /** @throws what the target throws, and the signal's reason */
  async read(
    { columns, place, table }: Target,
    day: CalendarDay,
    take: TakeRows,
    signal: AbortSignal,
  ): Promise<void> {
    if (place === undefined) await this.reader.read({ table, columns, day }, take, signal);
    else await this.open.use({ columns, place, table }, (open) => open.read(day, take, signal));
  }

  private placeOf(written: string): Required<Pick<Target, 'table' | 'place'>> {
    const { kind, path = '', table, url: writtenUrl = '' } = JSON.parse(written) as WrittenPlace;
    if (kind !== 'postgres') return { table, place: { kind, path, writtenPath: path } };
    const url = writtenUrl.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
      const value = this.variable(name);
      if (value !== undefined) return value;
      throw new EarlierTargetError(
        `expected the variable ${name} of ${writtenUrl} in the environment, got nothing`,
      );
    });
    return { table, place: { kind, url, writtenUrl } };
  }
}

/** A row as it was read, with its values as they are written. */
export function writtenValues(
  row: readonly (string | number | null)[],
  columns: readonly TargetColumn[],
): TargetValue[] {
  return columns.map(({ type }, index) => {
    const value = row[index] ?? null;
    // SQL returns integers as texts.
    return value === null ? null : (COLUMN_TYPES[type].convert(typed(type, value)) ?? null);
  });
}

function typed(type: ColumnType, value: string | number): unknown {
  // A text of JSON stays one.
  return type === 'real' ? Number(value) : value;
}

function readColumns(written: string): readonly TargetColumn[] {
  const types = JSON.parse(written) as Readonly<Record<string, ColumnType>>;
  return Object.entries(types).map(([name, type]) => ({ name, from: name, type, nullable: true }));
}
