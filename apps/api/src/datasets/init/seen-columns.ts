import { isDate } from 'node:util/types';
import { writeJson } from '../../targets/exact-json.js';
import { isWrittenNumber } from '../../targets/exact-number.js';
import type { SourceRow } from '../../sources/day-source.js';

/** Different values of a column that are kept. */
const MOST_DISTINCT = 2_000;
const MOST_TEXT = 500;
/** Mappings inside a row that become columns of their own. */
const MOST_LEVELS = 3;
const MOST_LEAVES = 150;

/** A column of the source, from all rows that were read. */
export interface SeenColumn {
  /** From the row to the value; one step for a plain column. */
  readonly steps: readonly string[];
  /** Different values, as they came. The first ones only, and none that is very long. */
  readonly values: readonly unknown[];
  /** Rows that have it, even without a value. */
  readonly present: number;
  /** Whether it is a mapping in some rows and something else in others, or has too many parts: then it is JSON. */
  readonly isMixed: boolean;
}

interface Node {
  readonly steps: readonly string[];
  readonly values: Map<string, unknown>;
  readonly children: Map<string, Node>;
  present: number;
  hasMapping: boolean;
  hasOther: boolean;
}

/** Collects the columns of rows; mappings inside a row become columns of their own. */
export class SeenColumns {
  rowCount = 0;
  private readonly roots = new Map<string, Node>();

  add({ values }: SourceRow): void {
    this.rowCount += 1;
    for (const [key, value] of Object.entries(values)) visit(this.roots, [], key, value);
  }

  list(): readonly SeenColumn[] {
    const all = [...this.roots.values()];
    const leaves = all.flatMap((node) => leavesOf(node));
    return leaves.length <= MOST_LEAVES ? leaves : all.map((node) => describe(node));
  }
}

function visit(
  nodes: Map<string, Node>,
  parent: readonly string[],
  key: string,
  value: unknown,
): void {
  let node = nodes.get(key);
  if (node === undefined) {
    node = {
      ...{ steps: [...parent, key], values: new Map(), children: new Map() },
      ...{ present: 0, hasMapping: false, hasOther: false },
    };
    nodes.set(key, node);
  }
  node.present += 1;
  if (isMapping(value) && node.steps.length < MOST_LEVELS) {
    node.hasMapping = true;
    for (const [name, part] of Object.entries(value)) visit(node.children, node.steps, name, part);
    return;
  }
  if (value !== null && value !== undefined && value !== '') node.hasOther = true;
  if (node.values.size >= MOST_DISTINCT) return;
  const text = typeof value === 'string' ? value : writeJson(value);
  if (text !== undefined && text.length <= MOST_TEXT) node.values.set(text, value);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !isDate(value) &&
    !isWrittenNumber(value)
  );
}

function leavesOf(node: Node): readonly SeenColumn[] {
  if (!node.hasMapping || node.hasOther || node.children.size === 0) return [describe(node)];
  return [...node.children.values()].flatMap((child) => leavesOf(child));
}

function describe({ steps, values, present, hasMapping }: Node): SeenColumn {
  return { steps, values: [...values.values()], present, isMixed: hasMapping };
}

/** The name of a column, or the JSON pointer to a value inside a row. */
export function showSteps(steps: readonly string[]): string {
  const [only = ''] = steps;
  if (steps.length === 1) return only;
  return steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
