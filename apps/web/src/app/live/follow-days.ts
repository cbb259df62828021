import {
  catchError,
  defer,
  expand,
  filter,
  map,
  of,
  race,
  startWith,
  switchMap,
  take,
  timer,
  type Observable,
} from 'rxjs';
import type { BatchDay, BatchDays } from '../api/wire';

/** How long the server is left alone after an answer, in milliseconds. */
const REST_MS = 2_000;
/** And after a question that came to nothing. */
const REST_AFTER_ERROR_MS = 15_000;

/** What is known of the days of a batch. */
export interface KnownDays {
  /** Every day, in the order of the batch; `undefined` until they are read. */
  readonly days: readonly BatchDay[] | undefined;
  /** Those of them that the last answer brought. */
  readonly changed: readonly BatchDay[];
  /** The `rev` that they are of. */
  readonly rev: number;
  /** Why the last question came to nothing. */
  readonly error: unknown;
}

export const NO_DAYS: KnownDays = { days: undefined, changed: [], rev: -1, error: undefined };

interface DaysToFollow {
  /** Asks for all days, or for those that changed since a `rev`. */
  readonly ask: (sinceRev: number | undefined) => Observable<BatchDays>;
  /** The `rev` of the batch, whenever it moves; the newest one at once. */
  readonly revs: Observable<number>;
  /** The reader does not want to wait. */
  readonly again: Observable<void>;
}

/**
 * The days of a batch: all of them once, and then what has changed whenever the batch has moved on, with a rest after
 * each answer. Never asks twice at once; after an error it keeps what it knows, and asks again by itself.
 */
export function followDays({ ask, revs, again }: DaysToFollow): Observable<KnownDays> {
  const next = (known: KnownDays): Observable<KnownDays> =>
    revs.pipe(
      startWith(0),
      filter((rev) => rev > known.rev),
      take(1),
      switchMap(() => ask(known.days === undefined ? undefined : known.rev)),
      map((answer) => daysAfter(known, answer)),
      catchError((error: unknown) => of({ ...known, changed: [], error })),
    );
  const rest = ({ error }: KnownDays): Observable<unknown> =>
    race(timer(error === undefined ? REST_MS : REST_AFTER_ERROR_MS), again);
  return defer(() => next(NO_DAYS)).pipe(
    expand((known) =>
      rest(known).pipe(
        take(1),
        switchMap(() => next(known)),
      ),
    ),
  );
}

function daysAfter({ days }: KnownDays, { items, rev }: BatchDays): KnownDays {
  return {
    days: days === undefined ? items : withChanges(days, items),
    changed: items,
    rev,
    error: undefined,
  };
}

/** The days with what has changed of them since, in the order they have. */
function withChanges(days: readonly BatchDay[], changes: readonly BatchDay[]): readonly BatchDay[] {
  if (changes.length === 0) return days;
  const changed = new Map(changes.map((day) => [day.day, day]));
  return days.map((day) => changed.get(day.day) ?? day);
}
