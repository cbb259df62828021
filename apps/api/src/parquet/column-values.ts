import { assembleNested } from 'hyparquet/src/assemble.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { isTurnDue, takeTurn } from '../config/slices.js';
import type { LeafPages, PageValues, Values } from './leaf-pages.js';
import { leafDecoder, type LeafValue } from './leaf-values.js';
import { damaged } from './parquet-error.js';
import { elementOf, type SchemaNode } from './parquet-schema.js';

/** A value of a column: of a nested one, a list or an object. */
export type ParquetValue =
  | LeafValue
  | readonly ParquetValue[]
  | { readonly [name: string]: ParquetValue };

/** Rows of a nested column that are made at once. */
const NESTED_ROWS = 1_000;

/** The rows of a leaf of a nested column that were not yet joined with those of other leaves: lists in lists. */
interface LeafRows {
  readonly pages: LeafPages;
  rows: unknown[];
  /** The first of them. */
  at: number;
}

/** Reads a column of a row group, page by page. */
export class ColumnValues {
  private readonly convert: Converter;
  private readonly leaves: readonly LeafRows[];
  private values: Values = [];
  /** Values that were taken. */
  private at = 0;

  /** @param pages of its leaves, in their order */
  constructor(
    private readonly node: SchemaNode,
    pages: readonly LeafPages[],
  ) {
    this.convert = converterOf(node);
    this.leaves = pages.map((of) => ({ pages: of, rows: [], at: 0 }));
  }

  /** How many values may be taken at once. @throws {ParquetError} if there are no more */
  async ready(): Promise<number> {
    if (this.at === this.values.length) await this.readMore(0);
    return this.values.length - this.at;
  }

  /** At most as many as are ready. */
  take(count: number): ParquetValue[] {
    const taken: ParquetValue[] = [];
    for (const end = this.at + count; this.at < end; this.at += 1) {
      taken.push(this.convert(this.values[this.at]));
    }
    return taken;
  }

  /** Passes values over; those of whole pages without reading them. */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      if (this.at === this.values.length) left -= await this.readMore(left);
      const some = Math.min(left, this.values.length - this.at);
      this.at += some;
      left -= some;
    }
  }

  /** @returns how many values were passed over, because they are not needed */
  private async readMore(needless: number): Promise<number> {
    if (isTurnDue()) await takeTurn();
    const { shape, repetition } = this.node;
    const isFlat = shape === 'leaf' && repetition !== 'repeated';
    const page = isFlat ? this.leaves[0]?.pages.next(needless) : await this.joinRows();
    if (!page) throw damaged(`expected more values of column ${this.node.name}, got their end`);
    this.values = page.values;
    this.at = 0;
    return page.skipped;
  }

  /** Joins some rows of the leaves. */
  private async joinRows(): Promise<PageValues | null> {
    let count = NESTED_ROWS;
    for (const leaf of this.leaves) count = Math.min(count, await readRows(leaf));
    if (count === 0) return null;
    const columns = new Map<string, Values>();
    for (const leaf of this.leaves) {
      columns.set(leaf.pages.path, leaf.rows.slice(leaf.at, leaf.at + count));
      leaf.at += count;
    }
    const { stored } = this.node;
    assembleNested(columns, stored, DEFAULT_PARSERS);
    return { skipped: 0, values: columns.get(stored.path.join('.')) ?? [] };
  }
}

/** Reads pages up to the end of a row: the last one may go on in the next page. @returns how many rows are whole */
async function readRows(leaf: LeafRows): Promise<number> {
  for (;;) {
    const { pages } = leaf;
    const whole = leaf.rows.length - leaf.at - (pages.isAtEnd ? 0 : 1);
    if (whole > 0 || pages.isAtEnd) return whole;
    const rows = leaf.rows.slice(leaf.at);
    const values = pages.next(0, rows)?.values ?? [];
    // Where nothing repeats or may be missing, the library adds nothing to what is there.
    if (values !== rows) for (const value of values) rows.push(value);
    leaf.rows = rows;
    leaf.at = 0;
    if (isTurnDue()) await takeTurn();
  }
}

/** Makes a value of how the library gives it. Its groups have their children by their places. */
type Converter = (given: unknown) => ParquetValue;

function converterOf(node: SchemaNode): Converter {
  const convert = presentConverter(node);
  if (node.repetition === 'repeated') return eachOf(convert);
  return (given) => (given === null ? null : convert(given));
}

/** Of an element that is there. */
function presentConverter(node: SchemaNode): Converter {
  const [child] = node.children;
  switch (node.shape) {
    case 'leaf':
      return leafDecoder(node);
    case 'struct': {
      const parts = node.children.map((part) => [part.name, converterOf(part)] as const);
      return (given) =>
        Object.fromEntries(
          parts.map(([name, convert], place) => [name, convert(childOf(given, place))]),
        );
    }
    case 'list': {
      if (child === undefined) return () => [];
      const element = elementOf(node, child);
      // The library takes the elements out of the groups around them, but knows no older lists without these.
      if (element !== child) return eachOf(converterOf(element));
      const convert = eachOf(presentConverter(child));
      return (given) => convert(childOf(given, 0));
    }
    case 'map': {
      const [key, value] = (child?.children ?? []).map(converterOf);
      if (key === undefined || value === undefined) return () => ({});
      return (given) =>
        Object.fromEntries(
          itemsOf(childOf(given, 0)).map((entry) => [
            keyText(key(childOf(entry, 0))),
            value(childOf(entry, 1)),
          ]),
        );
    }
  }
}

function eachOf(convert: Converter): Converter {
  return (given) => itemsOf(given).map(convert);
}

function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw damaged('expected a list, got another value');
}

function childOf(value: unknown, place: number): unknown {
  if (typeof value === 'object' && value !== null)
    return (value as Readonly<Record<number, unknown>>)[place];
  throw damaged('expected a structure, got another value');
}

function keyText(key: ParquetValue): string {
  if (key instanceof Uint8Array) return Buffer.from(key).toString('hex');
  return typeof key === 'object' ? JSON.stringify(key) : String(key);
}
