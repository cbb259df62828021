/** What is being done with a table. */
export type MoveStep = 'copy' | 'verify';

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
