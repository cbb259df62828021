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

/** Reads a column of a row group: one without nesting page by page, a nested one whole. */
export class ChunkDecoder {
  private readonly convert: Converter;
  private values: Values = [];
  /** Values that were taken. */
  private at = 0;
  private isWhole = false;

  /** @param leaves the pages of its leaves, in their order */
  constructor(
    private readonly node: SchemaNode,
    private readonly leaves: readonly LeafPages[],
  ) {
    this.convert = converterOf(node);
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
    const [leaf] = this.leaves;
    const page = isNested(this.node) ? await this.readWhole() : leaf?.next(needless);
    if (!page) throw damaged(`expected more values of column ${this.node.name}, got their end`);
    this.values = page.values;
    this.at = 0;
    if (isTurnDue()) await takeTurn();
    return page.skipped;
  }

  private async readWhole(): Promise<PageValues | null> {
    if (this.isWhole) return null;
    this.isWhole = true;
    const { stored } = this.node;
    const columns = new Map<string, unknown[]>();
    for (const leaf of this.leaves) {
      const all: unknown[] = [];
      for (let page = leaf.next(0, all); page !== null; page = leaf.next(0, all)) {
        // Where nothing repeats or may be missing, the library adds nothing to what is there.
        if (page.values !== all) for (const value of page.values) all.push(value);
        if (isTurnDue()) await takeTurn();
      }
      columns.set(leaf.path, all);
    }
    assembleNested(columns, stored, DEFAULT_PARSERS);
    return { skipped: 0, values: columns.get(stored.path.join('.')) ?? [] };
  }
}

/** Whether values of a column have others in them: the library reads all of a row group at once then. */
export function isNested({ shape, repetition }: SchemaNode): boolean {
  return shape !== 'leaf' || repetition === 'repeated';
}

/** Makes a value of how the library gives it. Its groups have their children by their places. */
type Converter = (given: unknown) => ParquetValue;

function converterOf(node: SchemaNode): Converter {
  const convert = presentConverter(node);
  if (node.repetition === 'repeated') return (given) => itemsOf(given).map(convert);
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
      const convert = element === child ? presentConverter(child) : converterOf(element);
      const convertItem: Converter =
        element === child ? convert : (item) => convert(childOf(item, 0));
      return (given) => itemsOf(childOf(given, 0)).map(convertItem);
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
  return key instanceof Uint8Array ? Buffer.from(key).toString('hex') : String(key);
}
