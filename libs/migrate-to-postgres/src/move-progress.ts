import progress from 'cli-progress';

type MoveStep = 'copy' | 'verify';

/** The events of a move, in their order. */
export type MoveEvent =
  /** How many rows are copied and then verified, and how many an earlier try has copied. */
  | { readonly type: 'begun'; readonly rows: number; readonly copied: number }
  /** The database or the datasets have changed since an earlier try, whose copy is discarded. */
  | { readonly type: 'begun_anew' }
  | {
      readonly type: 'table_begun';
      readonly step: MoveStep;
      readonly table: string;
      readonly rows: number;
      /** How many of them an earlier try has done. */
      readonly done: number;
    }
  /** So many more rows of the table are done. */
  | { readonly type: 'rows_done'; readonly rows: number }
  | { readonly type: 'table_done'; readonly step: MoveStep; readonly table: string };

export type ReportMove = (event: MoveEvent) => void;

/** The move can't go on; the message says why, and what to do. The next try uses what was copied. */
export class MoveRefusedError extends Error {
  override readonly name = 'MoveRefusedError';
}

export interface ShownStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
}

export interface MoveProgress {
  readonly report: ReportMove;
  /** Restores the terminal, and ends the line. */
  readonly end: () => void;
}

const WORDS: Readonly<Record<MoveStep, string>> = { copy: 'copying', verify: 'verifying' };
const ENDED: Readonly<Record<MoveStep, string>> = { copy: 'copied', verify: 'verified' };
const FORMAT =
  '{bar} {percentage}% | {doing} {table} | {done} of {rows} rows | {eta_formatted} left';
const NUMBERS = new Intl.NumberFormat('en');
const NAME_WIDTH = 24;
/** The time left is an average over so many updates. */
const ETA_OVER = 100;

const BEGUN_ANEW =
  'SQLite or the datasets have changed since an earlier try: the move begins anew.';

/** Shows one bar for all rows on a terminal; elsewhere one line per table. */
export function showMove(stream: ShownStream): MoveProgress {
  return stream.isTTY === true ? showBar(stream) : showLines(stream);
}

function showLines(stream: ShownStream): MoveProgress {
  let rows = 0;
  const say = (line: string): void => {
    stream.write(`${line}\n`);
  };
  const report = (event: MoveEvent): void => {
    switch (event.type) {
      case 'begun_anew':
        say(BEGUN_ANEW);
        break;
      case 'begun':
        if (event.copied > 0) {
          say(`${count(event.copied)} of ${count(event.rows)} rows are copied already`);
        }
        break;
      case 'table_begun':
        ({ rows } = event);
        break;
      case 'rows_done':
        break;
      case 'table_done':
        say(`${ENDED[event.step]} ${event.table}: ${count(rows)} ${rows === 1 ? 'row' : 'rows'}`);
        break;
    }
  };
  return { report, end: () => undefined };
}

function showBar(stream: ShownStream): MoveProgress {
  const bar = new progress.SingleBar(
    { stream, format: FORMAT, hideCursor: true, barsize: 24, etaBuffer: ETA_OVER, fps: 10 },
    progress.Presets.shades_classic,
  );
  let table = { step: 'copy' as MoveStep, name: '', rows: 0, done: 0 };
  const payload = (): object => ({
    doing: WORDS[table.step],
    table: table.name.padEnd(NAME_WIDTH),
    done: count(table.done),
    rows: count(table.rows),
  });
  const report = (event: MoveEvent): void => {
    switch (event.type) {
      case 'begun_anew':
        stream.write(`${BEGUN_ANEW}\n`);
        break;
      case 'begun':
        // Each row twice: copied, and verified.
        bar.start(Math.max(1, 2 * event.rows), event.copied, payload());
        break;
      case 'table_begun':
        table = { step: event.step, name: event.table, rows: event.rows, done: event.done };
        bar.update(payload());
        break;
      case 'rows_done':
        table.done += event.rows;
        bar.increment(event.rows, payload());
        break;
      case 'table_done':
        break;
    }
  };
  return { report, end: () => bar.stop() };
}

function count(rows: number): string {
  return NUMBERS.format(rows);
}
