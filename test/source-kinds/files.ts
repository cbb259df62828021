// The kinds of sources that read files.
import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { openFiles } from './open-files.js';
import {
  DAY,
  manyRows,
  ROWS,
  type ExpectedFailure,
  type Row,
  type Served,
  type SourceKind,
} from './source-kind.js';

/** A file format, and how it writes the rows of a day. */
interface Format {
  readonly name: string;
  readonly source: Readonly<Record<string, unknown>>;
  /** Relative to the folder of the dataset; without `{day}`, one file contains all days. */
  readonly file: string;
  row(row: Row): string;
  readonly before: string;
  readonly between: string;
  readonly after: string;
  /** The text of a day without rows; undefined if such a day has no file. */
  readonly none?: string;
  readonly blanks: Blanks;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const csvRow = ({ n, name, price }: Row): string => `${n},${quoted(name)},${quoted(price)}`;
/** Writes the digits as they are; `JSON.stringify` of numbers would lose some. */
export const jsonRow = ({ n, name, price }: Row): string =>
  `{"n":${n},"name":${JSON.stringify(name)},"price":${price}}`;

/** How many blanks a slow day has. */
interface Blanks {
  /** For a short delay; fewer than {@link BLANKS_BEFORE_ROW}, so that the day has no additional rows. */
  readonly slow: number;
  /** So many that a stop does not wait for them. */
  readonly long: number;
}

const OF_LINES: Blanks = { slow: 9, long: 1_500 };
/** Such a file is unpacked and indexed as a whole. */
const OF_ONE_FILE: Blanks = { slow: 9, long: 100 };
const OF_JSON: Blanks = { slow: 4, long: 600 };
/** A long day has a row after this number of blanks. */
const BLANKS_BEFORE_ROW = 10;

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
    blanks: OF_ONE_FILE,
  },
  {
    name: 'csv_day_files',
    source: { kind: 'csv' },
    file: '{day}.csv',
    row: csvRow,
    before: 'n,name,price\n',
    between: '\n',
    after: '\n',
    blanks: OF_LINES,
  },
  {
    name: 'json',
    source: { kind: 'json' },
    file: '{day}.json',
    row: jsonRow,
    before: '[',
    between: ',\n',
    after: ']',
    blanks: OF_JSON,
  },
  {
    name: 'ndjson',
    source: { kind: 'ndjson' },
    file: '{day}.ndjson',
    row: jsonRow,
    before: '',
    between: '\n',
    after: '\n',
    blanks: OF_LINES,
  },
];

/** Blank lines, which every format ignores: small when packed, slow to read. */
const BLANK = gzipSync(Buffer.alloc(1_048_576, '\n'));

/**
 * @param folder the folder of the datasets file
 * @param pid the process that reads the files
 */
export function fileKinds(folder: string, pid: () => number): SourceKind[] {
  return FORMATS.map((format) => new FileKind(format, folder, pid));
}

class FileKind implements SourceKind {
  readonly name: string;
  readonly slowRows = ROWS.length;
  readonly kept: number;
  readonly cut: ExpectedFailure;
  /** A named pipe without a writer would wait forever: it is not opened. */
  readonly silent = { code: 'SOURCE_UNREADABLE' };

  constructor(
    private readonly format: Format,
    private readonly folder: string,
    private readonly pid: () => number,
  ) {
    this.name = format.name;
    const isOneFile = format.file === ONE_FILE;
    // The indexed file stays open.
    this.kept = isOneFile ? 1 : 0;
    // An open quote may be anywhere in the file.
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
    // A slow day ends by itself.
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
        // Inside the quotes of the last price, or before the last bracket.
        return (before + this.join(ROWS)).slice(0, -1);
      case 'slow':
      case 'long':
        return this.withBlanks(this.format.blanks[day]);
    }
  }

  /**
   * The rows of {@link ROWS}, and another one after each {@link BLANKS_BEFORE_ROW} blanks, because the JSON parser
   * allows no more before a row.
   */
  private withBlanks(count: number): Buffer {
    const { before, between, after } = this.format;
    const row = gzipSync(this.join(ROWS.slice(0, 1)) + between);
    const blanks = Array.from({ length: count }, (_, index) =>
      (index + 1) % BLANKS_BEFORE_ROW === 0 && index + 1 < count ? [BLANK, row] : [BLANK],
    );
    const rest = gzipSync(this.join(ROWS.slice(1)) + after);
    return Buffer.concat([gzipSync(before), row, ...blanks.flat(), rest]);
  }

  private join(rows: Iterable<Row>): string {
    return Array.from(rows, (row) => this.format.row(row)).join(this.format.between);
  }
}
