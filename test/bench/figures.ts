// The results of a benchmark: rows of one table, each with its spread, saved until the table is written.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TOP } from '../scratch.js';

const FIGURES = path.join(TOP, '.cache/bench');

interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

interface Aim {
  readonly bound: 'at least' | 'at most';
  readonly value: number;
  /** Which figure has a bound: the ratio, or Daysync's own. */
  readonly of: 'ratio' | 'own';
}

export interface Figure {
  /** What was measured, such as `polls of a changing batch`. */
  readonly what: string;
  /** Such as `requests/s`, `ms` or `MB`. */
  readonly unit: string;
  readonly own: Spread;
  /** The peer, measured in the same run and in turn. */
  readonly beside?: {
    readonly name: string;
    readonly figure: Spread;
    /** The ratio of each round. */
    readonly ratio: Spread;
  };
  readonly aim?: Aim;
  /** What could not be measured on this machine, or a remark. */
  readonly note?: string;
}

/** @throws RangeError without values */
function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) throw new RangeError('expected values, got none');
  const upper = Math.floor(sorted.length / 2);
  const lower = Math.ceil(sorted.length / 2) - 1;
  return { median: ((sorted[lower] ?? least) + (sorted[upper] ?? most)) / 2, least, most };
}

/** The figures of Daysync and of a peer from the same rounds, and their ratio round by round. */
export function besides(
  name: string,
  own: readonly number[],
  other: readonly number[],
): NonNullable<Figure['beside']> {
  const ratios = own.map((value, round) => value / (other[round] ?? NaN));
  return { name, figure: spread(other), ratio: spread(ratios) };
}

type More = Pick<Figure, 'aim' | 'note'>;

export const atLeast = (value: number, of: Aim['of']): Aim => ({ bound: 'at least', value, of });
export const atMost = (value: number, of: Aim['of']): Aim => ({ bound: 'at most', value, of });

/** @param own of each round */
export function figure(
  what: string,
  unit: string,
  own: readonly number[],
  more: More = {},
): Figure {
  return { what, unit, own: spread(own), ...more };
}

export function figureBeside(
  what: string,
  unit: string,
  own: readonly number[],
  [name, other]: readonly [peer: string, figures: readonly number[]],
  more: More = {},
): Figure {
  return { what, unit, own: spread(own), beside: besides(name, own, other), ...more };
}

/** Whether the median reaches the aim, if there is one. */
function isMet({ aim, beside, own }: Figure): boolean | undefined {
  if (aim === undefined) return undefined;
  const value = aim.of === 'own' ? own.median : beside?.ratio.median;
  if (value === undefined) throw new RangeError('expected a ratio for an aim of one, got none');
  return aim.bound === 'at least' ? value >= aim.value : value <= aim.value;
}

/**
 * Saves the rows of a benchmark for the table (report.mjs), in place of those of its last run.
 * @param notMeasured such as `BullMQ, for there is no redis-server in the PATH`
 */
export async function keep(
  name: string,
  figures: readonly Figure[],
  notMeasured: readonly string[] = [],
): Promise<void> {
  await mkdir(FIGURES, { recursive: true });
  const rows = figures.map((figure) => ({ ...figure, met: isMet(figure) }));
  const section = { at: new Date().toISOString(), figures: rows, notMeasured };
  await writeFile(path.join(FIGURES, `${name}.json`), JSON.stringify(section, null, 2));
}
