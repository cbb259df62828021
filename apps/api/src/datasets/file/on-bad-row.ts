import { Expected } from '../../config/expectation.js';
import type { Path, ShapeReader } from '../../config/yaml-document.js';
import { isMapping } from '../../config/expectation.js';
import { LISTED_ROWS, type KeptRows } from '../../sources/unreadable-rows.js';

/** How many rows of a day may not fit and are put in quarantine; null if the first one fails the day. */
export type OnBadRow = { readonly rows: number } | { readonly percent: number } | null;

/** The most rows of a day in quarantine, also of a percentage. */
export const MOST_QUARANTINED = 100_000;
const PERCENT = /^(?:100|\d{1,2}(?:\.\d{1,3})?)%$/;
export const FAIL = 'fail';

export class OnBadRowShape {
  static readonly keys = ['quarantine'];

  @Expected(
    `a whole number of rows from 1 to ${MOST_QUARANTINED}, or a percentage above 0% such as 1%`,
    isBound,
    {
      value: {
        anyOf: [
          { type: 'integer', minimum: 1, maximum: MOST_QUARANTINED },
          { type: 'string', pattern: PERCENT.source },
        ],
      },
    },
  )
  quarantine!: number | string;
}

export function readOnBadRow(reader: ShapeReader, value: unknown, path: Path): OnBadRow {
  if (value === undefined || value === null || value === FAIL) return null;
  if (!isMapping(value)) {
    reader.report(
      path,
      `${FAIL}, or a mapping with the key ${OnBadRowShape.keys.join(', ')}`,
      value,
    );
    return null;
  }
  const quarantine = reader.shape(OnBadRowShape, value, path)?.quarantine;
  if (!isBound(quarantine)) return null;
  return typeof quarantine === 'number'
    ? { rows: quarantine }
    : { percent: Number.parseFloat(quarantine) };
}

function isBound(value: unknown): value is number | string {
  if (typeof value === 'string') return PERCENT.test(value) && Number.parseFloat(value) > 0;
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_QUARANTINED;
}

/** What quarantine may need of the rows of a file without a readable day; undefined where they are only listed. */
export function keptUnreadable(onBadRow: OnBadRow): KeptRows | undefined {
  if (onBadRow === null) return undefined;
  const most = 'rows' in onBadRow ? onBadRow.rows : MOST_QUARANTINED;
  return { rows: Math.max(most, LISTED_ROWS.rows), characters: Infinity };
}
