import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  visit,
  type Alias,
  type Document,
  type Node,
  type Scalar,
} from 'yaml';
import type { FileError } from './boot-error.js';
import type { ShapeClass } from './json-schema.js';
import { describeReceived } from './received.js';
import type { DatasetVariables } from './redact.js';
import { parseInSteps } from './yaml-parsing.js';

/** Keys and list positions from the top of a document. */
export type Path = readonly (string | number)[];

/** A position in the file. */
interface Place {
  readonly line: number;
  readonly column: number;
  /** The text as written in the file, if it uses a value from the environment, which is never shown. */
  readonly written: string | undefined;
  /** Whether the text uses a variable that is not set or is written wrongly: its value is not known. */
  readonly isUnset: boolean;
}

/** A parsed YAML text, with positions for errors. */
export interface YamlDocument {
  /**
   * Plain data, `${NAME}` replaced; a text with a variable that is not set stays as it is written. Undefined where the
   * text can't be read.
   */
  readonly value: unknown;
  /** The errors of the text itself, and of its variables. */
  readonly errors: readonly FileError[];
  /** The value of each `${NAME}`; never shown. */
  readonly variables: DatasetVariables;
  /** The position of the value or key at `path`, or of the nearest node above it. */
  placeOf(path: Path, part?: 'value' | 'key'): Place;
}

const VARIABLE = /\$\{([^}]*)\}?/g;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
// A file that grows a hundredfold by aliases is an attack or a mistake.
const MOST_ALIASED_PLACES = 100;
/** Several for each of hundreds of datasets. */
const MOST_ALIASES = 1_000;
/** The largest file, in characters. */
const MOST_CHARACTERS = 1_048_576;
/** Ten times as deep as any dataset. */
const MOST_LEVELS = 100;
/** Further errors help no reader, and a file may have hundreds of thousands. */
const MOST_ERRORS = 100;

/**
 * Reads YAML 1.2. Each `${NAME}` in a value (not in a key) is replaced by the variable of that name. The result is text
 * and is not replaced again.
 * @param onSecret called with each value from the environment
 */
export function readYaml(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  onSecret?: (value: string) => void,
): YamlDocument {
  const reading = readYamlInSteps(text, env, onSecret);
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
  }
}

/** The same in steps, for a reader beside polls. */
export function* readYamlInSteps(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  onSecret: (value: string) => void = () => undefined,
): Generator<void, YamlDocument> {
  if (text.length > MOST_CHARACTERS) {
    const expected = `a file of at most ${MOST_CHARACTERS} characters: split it over several installations`;
    return failed({ expected, received: `${text.length} characters` });
  }
  const lines = new LineCounter();
  const document = yield* parseInSteps(text, lines, {
    stringKeys: true,
    // Checked below: the library compares each key with every other one.
    uniqueKeys: false,
  });
  yield;
  const faults = [...document.errors, ...document.warnings].slice(0, MOST_ERRORS);
  const errors: FileError[] = faults.map((error) => {
    const at = lines.linePos(error.pos[0]);
    const came = text.slice(error.pos[0], error.pos[1]).split('\n', 1)[0] ?? '';
    return {
      path: '',
      line: at.line,
      column: at.col,
      expected: `valid YAML (${error.message})`,
      received: came.trim() === '' ? 'the end of the line' : describeReceived(came.trim()),
    };
  });
  // The library reports the overflow of its stack as one of its errors.
  if (errors.some(({ expected }) => expected.includes('call stack'))) return failed(tooDeep());
  if (errors.length === 0) errors.push(...findTooDeep(document, lines));
  yield;
  if (errors.length === 0) errors.push(...findDuplicateKeys(document, lines));
  yield;
  const aliases: Aliases = new Map();
  if (errors.length === 0) errors.push(...findAliases(document, lines, aliases));
  yield;
  const written = new Map<Scalar, string>();
  const unset = new Set<Scalar>();
  const variables: Record<string, string> = {};
  let value: unknown;
  if (errors.length === 0) {
    const found = resolveNames(document, env, lines, { aliases, written, unset, variables });
    errors.push(...found.errors);
    yield;
    if (found.areAliasesGood) value = toPlain(document, errors);
  }
  for (const secret of Object.values(variables)) onSecret(secret);

  return {
    value,
    variables,
    errors,
    placeOf: (path, part = 'value') => {
      const node = nodeAt(document, aliases, path, part);
      // The position is that of the alias, the text that of its anchor.
      const meant = isAlias(node) ? aliases.get(node) : node;
      const at = lines.linePos(node?.range?.[0] ?? 0);
      return {
        line: Math.max(1, at.line),
        column: Math.max(1, at.col),
        written: isScalar(meant) ? written.get(meant) : undefined,
        isUnset: isScalar(meant) && unset.has(meant),
      };
    },
  };
}

/** A text that can't be read at all. */
function failed(error: Pick<FileError, 'expected' | 'received'>): YamlDocument {
  return {
    value: undefined,
    errors: [{ path: '', line: null, column: null, ...error }],
    variables: {},
    placeOf: () => ({ line: 1, column: 1, written: undefined, isUnset: false }),
  };
}

function tooDeep(): Pick<FileError, 'expected' | 'received'> {
  return {
    expected: `lists and mappings of at most ${MOST_LEVELS} levels`,
    received: 'more levels',
  };
}

/** What follows walks the file by recursion, which a deeper one would overflow. */
function findTooDeep(document: Document, lines: LineCounter): FileError[] {
  const errors: FileError[] = [];
  visit(document, {
    Collection(_key, node, ancestors) {
      const levels = ancestors.filter((ancestor) => isMap(ancestor) || isSeq(ancestor)).length;
      if (levels < MOST_LEVELS) return undefined;
      const { line, col: column } = lines.linePos(node.range?.[0] ?? 0);
      errors.push({ path: '', line, column, ...tooDeep() });
      return visit.BREAK;
    },
  });
  return errors;
}

/** What each alias stands for. The library's own search goes through the whole document for each of them. */
type Aliases = Map<Alias, Node | undefined>;

function findAliases(document: Document, lines: LineCounter, aliases: Aliases): FileError[] {
  const errors: FileError[] = [];
  const anchors = new Map<string, Node>();
  visit(document, {
    Node(_key, node) {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return undefined;
      }
      if (aliases.size < MOST_ALIASES) {
        aliases.set(node, anchors.get(node.source));
        return undefined;
      }
      const { line, col: column } = lines.linePos(node.range?.[0] ?? 0);
      const expected = `at most ${MOST_ALIASES} aliases: write the values out`;
      errors.push({ path: '', line, column, expected, received: 'more aliases' });
      return visit.BREAK;
    },
  });
  return errors;
}

function findDuplicateKeys(document: Document, lines: LineCounter): FileError[] {
  const errors: FileError[] = [];
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          const { line, col: column } = lines.linePos(key.range?.[0] ?? 0);
          const received = describeReceived(key.value);
          errors.push({ path: '', line, column, expected: 'every key once', received });
        }
        if (errors.length >= MOST_ERRORS) return visit.BREAK;
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return errors;
}

/** The entries of the mapping at `path` as the file writes them: what comes from the environment by its name. */
export function writtenEntries(
  document: YamlDocument,
  path: Path,
  mapping: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = Object.entries(mapping);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, writtenValue(document, [...path, key], value)]),
  );
}

/** The same for any value. */
export function writtenValue(document: YamlDocument, path: Path, value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => writtenValue(document, [...path, index], item));
  }
  if (typeof value === 'object' && value !== null) {
    return writtenEntries(document, path, value as Readonly<Record<string, unknown>>);
  }
  return document.placeOf(path).written ?? value;
}

/** A path as users read it: `datasets[1].target.columns.speed_knots`. */
export function writePath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

interface ResolvedNames {
  readonly aliases: Aliases;
  /** The texts as they were written. */
  readonly written: Map<Scalar, string>;
  /** Those of them whose value is not known. */
  readonly unset: Set<Scalar>;
  /** The variables by name. */
  readonly variables: Record<string, string>;
}

/** Replaces variables by their values, and reports unknown variables and anchors. */
function resolveNames(
  document: Document,
  env: Readonly<Record<string, string | undefined>>,
  lines: LineCounter,
  { aliases, written, unset, variables }: ResolvedNames,
): { readonly errors: readonly FileError[]; readonly areAliasesGood: boolean } {
  const errors: FileError[] = [];
  let areAliasesGood = true;
  const refuse = (
    ancestors: readonly unknown[],
    node: Node,
    expected: string,
    received: string,
  ): void => {
    const { line, col: column } = lines.linePos(node.range?.[0] ?? 0);
    errors.push({ path: pathOf(ancestors, node), line, column, expected, received });
  };
  visit(document, {
    Alias(_key, node, ancestors) {
      const meant = aliases.get(node);
      const around = ancestors.some((ancestor) => ancestor === meant);
      if (meant !== undefined && !around) return;
      areAliasesGood = false;
      const expected = around
        ? 'an alias outside of what it stands for'
        : 'an alias of an anchor that stands before it';
      refuse(ancestors, node, expected, describeReceived(`*${node.source}`));
    },
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const text = node.value;
      written.set(node, text);
      const refuseVariable = (whole: string, expected: string, received: string): string => {
        unset.add(node);
        refuse(ancestors, node, expected, received);
        return whole;
      };
      const resolved = text.replace(VARIABLE, (whole, name: string) => {
        if (!whole.endsWith('}') || !VARIABLE_NAME.test(name)) {
          const expected = '${NAME} with a name of letters, digits and _';
          return refuseVariable(whole, expected, describeReceived(whole));
        }
        const value = Object.hasOwn(env, name) ? env[name] : undefined;
        if (value === undefined || value === '') {
          const expected = `the environment variable ${name} to be set`;
          return refuseVariable(whole, expected, 'nothing');
        }
        variables[name] = value;
        return value;
      });
      // Half of it would be a value that was never meant.
      if (!unset.has(node)) node.value = resolved;
    },
  });
  return { errors, areAliasesGood };
}

/** The path of a node, from the documents, collections and pairs above it. */
function pathOf(ancestors: readonly unknown[], node: Node): string {
  const path: (string | number)[] = [];
  const chain = [...ancestors, node];
  chain.forEach((ancestor, index) => {
    const below = chain[index + 1];
    if (isSeq(ancestor)) path.push(ancestor.items.indexOf(below));
    else if (isMap(ancestor)) {
      const pair = ancestor.items.find((item) => item === below);
      if (isScalar(pair?.key)) path.push(String(pair.key.value));
    }
  });
  return writePath(path);
}

function toPlain(document: Document, errors: FileError[]): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASED_PLACES });
  } catch (error) {
    // The library's error for too many aliases.
    if (!(error instanceof ReferenceError)) throw error;
    errors.push({
      path: '',
      line: null,
      column: null,
      expected: `aliases that take up to ${MOST_ALIASED_PLACES} places`,
      received: error.message,
    });
    return undefined;
  }
}

function nodeAt(
  document: Document,
  aliases: Aliases,
  path: Path,
  part: 'value' | 'key',
): Node | null {
  let node: Node | null = document.contents;
  for (const [depth, step] of path.entries()) {
    const collection: unknown = isAlias(node) ? aliases.get(node) : node;
    let next: unknown;
    if (isSeq(collection) && typeof step === 'number') next = collection.items[step];
    if (isMap(collection)) {
      const pair = collection.items.find((item) => isScalar(item.key) && item.key.value === step);
      next = part === 'key' && depth === path.length - 1 ? pair?.key : (pair?.value ?? pair?.key);
    }
    if (next === undefined || next === null) return node;
    node = next as Node;
  }
  return node;
}

/** Reads and checks one mapping of the datasets file, for each kind of source. */
export interface ShapeReader {
  readonly document: YamlDocument;
  /** Where relative paths in the file start; absolute. */
  readonly folder: string;
  /** Providers given in code, by their placeholder in the configuration; absent for a file. */
  readonly providers?: ReadonlyMap<unknown, unknown> | undefined;
  /**
   * Checks that a value is a mapping, that its keys are known, and that its values are valid.
   * @param fromKey what the key of the mapping itself says
   */
  shape<Shape extends object>(
    Shape: ShapeClass<Shape>,
    value: unknown,
    path: Path,
    fromKey?: Readonly<Record<string, string>>,
  ): Shape | undefined;
  /** Reports a wrong value. A value with a variable that is not set has its error already: it is not reported. */
  report(path: Path, expected: string, received: unknown): void;
  /** Reports an error with a description in place of the received value, which may be secret. */
  reportReceived(path: Path, expected: string, received: string): void;
  /** Whether the value is not known, as a variable in it is not set. */
  isUnset(path: Path): boolean;
  /** Says what works only later, or not as it seems; it does not refuse the file. */
  warn(path: Path, text: string): void;
  /** The text as written in the file, if it uses a value from the environment. */
  writtenAt(path: Path): string | undefined;
}

/**
 * Refuses texts from the environment in a value that decides the rows: answers and the fingerprint show it, and each
 * value of the environment is a secret.
 */
export function refuseVariables(reader: ShapeReader, value: unknown, path: Path): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refuseVariables(reader, item, [...path, index]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) refuseVariables(reader, item, [...path, key]);
  } else if (reader.writtenAt(path) !== undefined) {
    reader.report(path, 'a value that does not come from the environment', value);
  }
}
