import progress from 'cli-progress';

/** What is being done with a table. */
type MoveStep = 'copy' | 'verify';

/** What a move tells of itself, in its order. */
export type MoveEvent =
  /** How many rows there are to copy and then to verify, and how many were copied by an earlier try. */
  | { readonly type: 'begun'; readonly rows: number; readonly copied: number }
  /** The database or the datasets are others than at an earlier try: nothing of that is used. */
  | { readonly type: 'begun_anew' }
  | {
      readonly type: 'table_begun';
      readonly step: MoveStep;
      readonly table: string;
      readonly rows: number;
      /** How many of them were done by an earlier try. */
      readonly done: number;
    }
  /** So many more rows of the table are done. */
  | { readonly type: 'rows_done'; readonly rows: number }
  | { readonly type: 'table_done'; readonly step: MoveStep; readonly table: string };

export type TellMove = (event: MoveEvent) => void;

/** The move can't go on, and this says why and what to do. What was copied stays for the next time. */
export class MoveRefusedError extends Error {
  override readonly name = 'MoveRefusedError';
}

/** Where progress is shown: standard output, mostly. */
export interface ShownStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
}

export interface MoveProgress {
  readonly tell: TellMove;
  /** Leaves the terminal as it was: what is written next has a line of its own. */
  readonly end: () => void;
}

const WORDS: Readonly<Record<MoveStep, string>> = { copy: 'copying', verify: 'verifying' };
const ENDED: Readonly<Record<MoveStep, string>> = { copy: 'copied', verify: 'verified' };
const FORMAT =
  '{bar} {percentage}% | {doing} {table} | {done} of {rows} rows | {eta_formatted} left';
const NUMBERS = new Intl.NumberFormat('en');
const NAME_WIDTH = 24;
/** A figure of the first second is none. */
const ETA_OVER = 100;

const BEGUN_ANEW =
  'What an earlier try had copied is of another state of SQLite or of the datasets: the move begins anew.';

/** One bar over all rows on a terminal; elsewhere a line a table. */
export function showMove(stream: ShownStream): MoveProgress {
  return stream.isTTY === true ? showBar(stream) : showLines(stream);
}

function showLines(stream: ShownStream): MoveProgress {
  let rows = 0;
  const say = (line: string): void => {
    stream.write(`${line}\n`);
  };
  const tell = (event: MoveEvent): void => {
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
  return { tell, end: () => undefined };
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
  const tell = (event: MoveEvent): void => {
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
  return { tell, end: () => bar.stop() };
}

function count(rows: number): string {
  return NUMBERS.format(rows);
}
