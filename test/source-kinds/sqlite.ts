// The kind `sql` on SQLite: a file for each dataset, replaced by renaming.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { childrenOf, openFiles } from './open-files.js';
import {
  DAY,
  MANY,
  manyRows,
  ROWS,
  type Row,
  type Served,
  type SourceKind,
} from './source-kind.js';

/** A query that never ends, after good rows. */
const ENDLESS = `create view trades as
  with recursive number(n) as (select 1 union all select n + 1 from number)
  select '${DAY}' as day, n, 'row ' || n as name, '1' as price from number where n <= ${ROWS.length}`;

const PAGE_BYTES = 4_096;

/**
 * @param folder the folder of the datasets file
 * @param pid the process whose children read the files
 */
export function sqliteKind(folder: string, pid: () => number): SourceKind {
  /** Every reader so far: they are checked after the end of their parent, too. */
  const readers = new Set<number>();
  const fileOf = (dataset: string): string => path.join(folder, dataset, 'trades.db');
  return {
    name: 'sql_sqlite',
    source: (dataset) => ({
      kind: 'sql',
      url: `sqlite:${dataset}/trades.db`,
      query: 'select n, name, price from trades where day = :day',
    }),
    serve: async (dataset, day) => {
      const draft = `${fileOf(dataset)}.draft`;
      await mkdir(path.dirname(draft), { recursive: true });
      if (existsSync(draft)) await rm(draft);
      write(draft, day);
      await rename(draft, fileOf(dataset));
    },
    release: () => undefined,
    atWork: async (dataset) => {
      for (const child of childrenOf(pid())) readers.add(child);
      const open = [...readers].map((reader) => openFiles(reader, path.dirname(fileOf(dataset))));
      return (await Promise.all(open)).reduce((sum, files) => sum + files, 0);
    },
    kept: 0,
    slowRows: MANY,
    cut: { code: 'SOURCE_UNREADABLE' },
    silent: { code: 'TIMEOUT' },
  };
}

function write(file: string, day: Served): void {
  const database = new DatabaseSync(file);
  try {
    if (day === 'silent' || day === 'long') {
      database.exec(ENDLESS);
      return;
    }
    database.exec('create table trades (day text, n integer, name text, price text)');
    const insert = database.prepare('insert into trades values (?, ?, ?, ?)');
    database.exec('begin');
    for (const { n, name, price } of rowsOf(day)) insert.run(DAY, BigInt(n), name, price);
    database.exec('commit');
  } finally {
    database.close();
  }
  // Like an incomplete copy whose space was already allocated.
  if (day === 'cut') {
    const bytes = readFileSync(file);
    const pages = Math.floor(bytes.length / PAGE_BYTES);
    writeFileSync(file, bytes.fill(0, Math.floor(pages / 2) * PAGE_BYTES));
  }
}

function rowsOf(day: Exclude<Served, 'silent' | 'long'>): Iterable<Row> {
  switch (day) {
    case 'none':
      return [];
    case 'rows':
      return ROWS;
    case 'bad':
      return [...ROWS, { n: '4', name: 'd', price: 'x' }];
    case 'many':
    case 'cut':
    case 'slow':
      return manyRows();
  }
}
