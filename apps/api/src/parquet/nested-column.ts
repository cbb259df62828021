import { isTurnDue, takeTurn } from '../config/slices.js';
import type { ChunkReader } from './column-chunk.js';
import type { LeafValue } from './leaf-values.js';
import { damaged, ParquetError } from './parquet-error.js';
import type { SchemaNode } from './parquet-schema.js';

/** A value of a column: of a nested one, a list or an object. */
export type ParquetValue =
  | LeafValue
  | readonly ParquetValue[]
  | { readonly [name: string]: ParquetValue };

/** Rows that are read ahead at once. */
const MOST_ROWS = 256;
/** Values of one row: a list of more would not leave enough memory for others. */
const MOST_ROW_VALUES = 8_388_608;
/** Values that are read before the event loop may get a turn. */
const BLOCK_VALUES = 8_192;

/**
 * Reads a column of lists, structures and maps. Its leaves are stored apart, each value with two levels: up to which
 * element it is there, and from which element on it repeats
 * ([Dremel](https://research.google/pubs/dremel-interactive-analysis-of-web-scale-datasets-2/)).
 */
export class NestedColumn {
  private readonly leaves: readonly LeafValues[];

  /** @param chunks of its leaves, in their order */
  constructor(
    private readonly node: SchemaNode,
    chunks: readonly ChunkReader[],
  ) {
    this.leaves = chunks.map((chunk) => new LeafValues(chunk));
  }

  /** How many rows may be taken at once: none at the end. */
  async ready(): Promise<number> {
    return (await this.leafOf(this.node).hasRow()) ? MOST_ROWS : 0;
  }

  async take(count: number): Promise<ParquetValue[]> {
    const rows: ParquetValue[] = [];
    while (rows.length < count) {
      for (const leaf of this.leaves) {
        if (!(await leaf.hasRow())) throw leaf.chunk.tooFew();
      }
      rows.push(this.read(this.node));
      if (this.leaves.some((leaf) => leaf.isInRow)) {
        throw damaged(
          `expected the rows of column ${this.node.name} to be whole, got parts of them`,
        );
      }
      if (isTurnDue()) await takeTurn();
    }
    return rows;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; left -= Math.min(left, MOST_ROWS)) {
      await this.take(Math.min(left, MOST_ROWS));
    }
  }

  /** The value of an element whose parent is there. */
  private read(node: SchemaNode): ParquetValue {
    if (node.repetition === 'repeated') return this.readEach(node, () => this.readPresent(node));
    if (node.repetition === 'optional' && this.isMissing(node)) {
      this.pass(node);
      return null;
    }
    return this.readPresent(node);
  }

  private readPresent(node: SchemaNode): ParquetValue {
    const [child] = node.children;
    switch (node.shape) {
      case 'leaf':
        return this.leafOf(node).next();
      case 'struct':
        return Object.fromEntries(node.children.map((part) => [part.name, this.read(part)]));
      case 'list': {
        if (child === undefined) return [];
        const element = elementOf(node, child);
        return this.readEach(child, () =>
          element === child ? this.readPresent(child) : this.read(element),
        );
      }
      case 'map': {
        const [key, value] = child?.children ?? [];
        if (child === undefined || key === undefined || value === undefined) return {};
        const entries = this.readEach(child, () => {
          const name = keyText(this.leafOf(key).next());
          return [name, this.read(value)] as const;
        });
        return Object.fromEntries(entries);
      }
    }
  }

  private readEach<Item>(node: SchemaNode, read: () => Item): Item[] {
    if (this.isMissing(node)) {
      this.pass(node);
      return [];
    }
    const items: Item[] = [];
    const first = this.leafOf(node);
    do {
      items.push(read());
    } while (first.repetition === node.repetitionLevel);
    return items;
  }

  private isMissing(node: SchemaNode): boolean {
    return this.leafOf(node).definition < node.definition;
  }

  /** Passes over what stands in each leaf for an element that is missing. */
  private pass(node: SchemaNode): void {
    const first = node.firstLeaf - this.node.firstLeaf;
    for (const leaf of this.leaves.slice(first, first + node.leafCount)) leaf.next();
  }

  /** The first leaf of an element: it shows whether the element is there. */
  private leafOf(node: SchemaNode): LeafValues {
    const leaf = this.leaves[node.firstLeaf - this.node.firstLeaf];
    if (leaf === undefined) throw new RangeError(`expected a leaf of ${node.name}, got none`);
    return leaf;
  }
}

/**
 * The element of a list. The repeated child stands between them, unless an older writer has left it out
 * ([rules](https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists)).
 */
export function elementOf(list: SchemaNode, repeated: SchemaNode): SchemaNode {
  const [only, second] = repeated.children;
  const isElement =
    only === undefined ||
    second !== undefined ||
    repeated.name === 'array' ||
    repeated.name === `${list.name}_tuple`;
  return isElement ? repeated : only;
}

function keyText(key: LeafValue): string {
  return key instanceof Uint8Array ? Buffer.from(key).toString('hex') : String(key);
}

/** The values of a leaf with their levels, read ahead to the end of a row. */
class LeafValues {
  private definitions: Uint8Array = new Uint8Array(0);
  private repetitions: Uint8Array = new Uint8Array(0);
  private values: readonly LeafValue[] = [];
  private at = 0;
  private valueAt = 0;
  /** The row that is next ends before this place; 0 where that is not known. */
  private rowEnd = 0;

  constructor(readonly chunk: ChunkReader) {}

  /** Whether the next row is there. It is whole then. */
  async hasRow(): Promise<boolean> {
    if (this.at < this.rowEnd) return true;
    for (let scanned = this.at + 1; ;) {
      const next = this.repetitions.indexOf(0, scanned);
      if (next !== -1) {
        this.rowEnd = next;
        return true;
      }
      const left = this.repetitions.length - this.at;
      if (left > MOST_ROW_VALUES) {
        const why = `expected rows of up to ${MOST_ROW_VALUES} values, got more`;
        throw new ParquetError('too_large', why);
      }
      if (!(await this.readBlock())) {
        this.rowEnd = this.repetitions.length;
        return left > 0;
      }
      scanned = Math.max(left, 1);
      if (isTurnDue()) await takeTurn();
    }
  }

  /** Whether a part of a row is left that has begun. */
  get isInRow(): boolean {
    return this.at < this.rowEnd;
  }

  /** The levels of the next value. */
  get definition(): number {
    return this.definitions[this.at] ?? 0;
  }

  /** 0 at the end of a row. */
  get repetition(): number {
    return this.at < this.rowEnd ? (this.repetitions[this.at] ?? 0) : 0;
  }

  /** Null for a value that is missing. */
  next(): LeafValue {
    if (this.at >= this.rowEnd) throw damaged('expected another value of a row, got its end');
    const { definition } = this;
    this.at += 1;
    if (definition < this.chunk.leafDefinition) return null;
    this.valueAt += 1;
    return this.values[this.valueAt - 1] ?? null;
  }

  /** Puts more values behind those that are left. @returns false at the end */
  private async readBlock(): Promise<boolean> {
    const count = Math.min(await this.chunk.ready(), BLOCK_VALUES);
    if (count === 0) return false;
    const { definitions, repetitions, values } = this.chunk.takeLeveled(count);
    if (repetitions !== null && this.at === this.repetitions.length && repetitions[0] !== 0) {
      throw damaged('expected the beginning of a row, got a part of one');
    }
    this.definitions = joined(
      this.definitions.subarray(this.at),
      definitions ?? new Uint8Array(count).fill(this.chunk.leafDefinition),
    );
    this.repetitions = joined(
      this.repetitions.subarray(this.at),
      repetitions ?? new Uint8Array(count),
    );
    this.values = [...this.values.slice(this.valueAt), ...values];
    this.at = 0;
    this.valueAt = 0;
    this.rowEnd = 0;
    return true;
  }
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length === 0) return right;
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
