import type { GivenValue } from './compared-value.js';
import type { GivenRow } from './sqlite-installation.js';

/** The rows of one key: what each side has of it. */
export interface PairedRows {
  readonly ours: GivenRow | null;
  readonly theirs: GivenRow | null;
}

/**
 * Puts the rows of two sides beside each other, which both come in the order of their keys.
 * @param keyOf the values of a row that tell it from all others of its side, all of them there
 */
export async function* pairedRows(
  ours: Iterator<GivenRow>,
  theirs: AsyncGenerator<GivenRow>,
  keyOf: (row: GivenRow) => GivenRow,
): AsyncGenerator<PairedRows> {
  try {
    let our = nextOf(ours.next());
    let their = nextOf(await theirs.next());
    while (our !== null || their !== null) {
      const order = our === null ? 1 : their === null ? -1 : compareKeys(keyOf(our), keyOf(their));
      yield { ours: order <= 0 ? our : null, theirs: order >= 0 ? their : null };
      if (order <= 0) our = nextOf(ours.next());
      if (order >= 0) their = nextOf(await theirs.next());
    }
  } finally {
    await theirs.return(undefined);
  }
}

function nextOf({ done, value }: IteratorResult<GivenRow, unknown>): GivenRow | null {
  return done === true ? null : value;
}

/** Numbers by their value and texts by their bytes, as both databases sort them. */
function compareKeys(one: GivenRow, other: GivenRow): number {
  for (const [index, value] of one.entries()) {
    const order = compareValues(value, other[index] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(one: GivenValue, other: GivenValue): number {
  if (typeof one === 'string' || typeof other === 'string') {
    return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
  }
  const [ours, theirs] = [Number(one), Number(other)];
  return ours < theirs ? -1 : ours > theirs ? 1 : 0;
}
