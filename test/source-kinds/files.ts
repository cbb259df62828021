// The kinds that read files.
import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { openFiles } from './open-files.js';
import {
  DAY,
  manyRows,
  ROWS,
  type Failure,
  type Row,
  type Served,
  type SourceKind,
} from './source-kind.js';

/** How a kind writes the rows of a day. */
interface Format {
  readonly name: string;
  readonly source: Readonly<Record<string, unknown>>;
  /** Below the folder of the dataset; the same for each day where one file holds them all. */
  readonly file: string;
  row(row: Row): string;
  readonly before: string;
  readonly between: string;
  readonly after: string;
  /** The text of a day without rows; none where there is no file then. */
  readonly none?: string;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const csvRow = ({ n, name, price }: Row): string => `${n},${quoted(name)},${quoted(price)}`;
/** Whole digits, which no `JSON.stringify` of numbers would write. */
export const jsonRow = ({ n, name, price }: Row): string =>
  `{"n":${n},"name":${JSON.stringify(name)},"price":${price}}`;

const ONE_FILE = 'all.csv';
const FORMATS: readonly Format[] = [
  {
    name: 'csv_one_file',
    source: { kind: 'csv', day_column: 'day' },
    file: ONE_FILE,
    row: (row) => `${DAY},${csvRow(row)}`,
    before: 'day,n,name,price\n',
    between: '\n',
    after: '\n',
    none: 'day,n,name,price\n2001-01-01,1,other,1\n',
  },
  {
    name: 'csv_day_files',
    source: { kind: 'csv' },
    file: '{day}.csv',
    row: csvRow,
    before: 'n,name,price\n',
    between: '\n',
    after: '\n',
  },
  {
    name: 'json',
    source: { kind: 'json' },
    file: '{day}.json',
    row: jsonRow,
    before: '[',
    between: ',\n',
    after: ']',
  },
  {
    name: 'ndjson',
    source: { kind: 'ndjson' },
    file: '{day}.ndjson',
    row: jsonRow,
    before: '',
    between: '\n',
    after: '\n',
  },
];

/** Blank lines, which no format counts: they are little when packed and take their time when read. */
const BLANK = gzipSync(Buffer.alloc(1_048_576, '\n'));
/** So many between two rows: less than a row of JSON may have before it. */
const GAP = Array.from({ length: 14 }, () => BLANK);
/** The rows so many times take longer than a stop waits. */
const LONG_TIMES = 5;

/**
 * @param folder where the datasets file is
 * @param pid the process that reads the files
 */
export function fileKinds(folder: string, pid: () => number): SourceKind[] {
  return FORMATS.map((format) => new FileKind(format, folder, pid));
}

class FileKind implements SourceKind {
  readonly name: string;
  readonly slowRows = ROWS.length;
  readonly kept: number;
  readonly cut: Failure;
  /** A pipe without anybody at its other end is what waits for ever among files: it is not opened. */
  readonly silent = { code: 'SOURCE_UNREADABLE' };

  constructor(
    private readonly format: Format,
    private readonly folder: string,
    private readonly pid: () => number,
  ) {
    this.name = format.name;
    const isOneFile = format.file === ONE_FILE;
    // The one that its index is of.
    this.kept = isOneFile ? 1 : 0;
    // A quote that is left open may be anywhere in it.
    this.cut = { code: isOneFile ? 'SOURCE_UNREADABLE' : 'SOURCE_CUT_OFF' };
  }

  source(dataset: string): Readonly<Record<string, unknown>> {
    return { ...this.format.source, path: `${dataset}/${this.format.file}` };
  }

  async serve(dataset: string, day: Served): Promise<void> {
    const file = path.join(this.folder, dataset, this.format.file.replace('{day}', DAY));
    await mkdir(path.dirname(file), { recursive: true });
    const draft = `${file}.draft`;
    if (day === 'silent') execFileSync('mkfifo', [draft]);
    else {
      const content = this.contentOf(day);
      if (content === undefined) return rm(file, { force: true });
      await writeFile(draft, content);
    }
    await rename(draft, file);
  }

  release(): void {
    // It comes to its end by itself.
  }

  async atWork(dataset: string): Promise<number> {
    return openFiles(this.pid(), path.join(this.folder, dataset));
  }

  private contentOf(day: Exclude<Served, 'silent'>): string | Buffer | undefined {
    const { none, before, after } = this.format;
    switch (day) {
      case 'none':
        return none;
      case 'rows':
        return before + this.join(ROWS) + after;
      case 'many':
        return before + this.join(manyRows()) + after;
      case 'bad':
        return before + this.join([...ROWS, { ...ROWS[0], price: '"x"' } as Row]) + after;
      case 'cut':
        // In the quotes of the last price, or before the last bracket.
        return (before + this.join(ROWS)).slice(0, -1);
      case 'slow':
        return this.withGaps(ROWS);
      case 'long':
        return this.withGaps(Array.from({ length: LONG_TIMES }, () => ROWS).flat());
    }
  }

  /** Packed, and with blanks between the rows. */
  private withGaps(rows: readonly Row[]): Buffer {
    const { before, between, after } = this.format;
    const lines = rows.flatMap((row, index) => [
      ...(index === 0 ? [] : [gzipSync(between), ...GAP]),
      gzipSync(this.format.row(row)),
    ]);
    return Buffer.concat([gzipSync(before), ...lines, gzipSync(after)]);
  }

  private join(rows: Iterable<Row>): string {
    return Array.from(rows, (row) => this.format.row(row)).join(this.format.between);
  }
}
