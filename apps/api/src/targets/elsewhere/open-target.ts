import type { DayTarget } from '../day-target.js';
import type { Target } from '../target.js';
import { DuckdbTarget } from './duckdb-target.js';
import { ParquetTarget } from './parquet-target.js';
import { PostgresTarget } from './postgres-target.js';

/** Opens a target outside Daysync's own database. Nothing is read or written before its first use. */
export function openTarget({ place, table, columns }: Target): DayTarget {
  switch (place?.kind) {
    case undefined:
      throw new TypeError("expected a target outside Daysync's own database");
    case 'postgres':
      return new PostgresTarget({ ...place, table, columns });
    case 'parquet':
      return new ParquetTarget({ ...place, columns });
    case 'duckdb':
      return new DuckdbTarget({ ...place, table, columns });
  }
}
