import { isWrittenNumber } from '../targets/exact-number.js';

/** The steps of a JSON pointer, unescaped; `[]` is the whole value. */
export type PointerSteps = readonly string[];

/** What a pointer leads to. */
export type Pointed =
  | { readonly kind: 'value'; readonly value: unknown }
  /** Nothing is there: a key or a place of a list that isn't, or a step below null. */
  | { readonly kind: 'absent' }
  /** A step leads below what has nothing below it: a text, a number, true or false. */
  | { readonly kind: 'blocked'; readonly by: unknown };

/** The most characters of a pointer in the datasets file. */
export const MOST_POINTER = 1_000;
/** The form of a JSON pointer. */
export const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/u;
const LIST_PLACE = /^(?:0|[1-9]\d*)$/;

/**
 * Reads a JSON pointer (RFC 6901): `/address/city`, `/tags/0`; `~1` stands for `/` and `~0` for `~`.
 * @returns undefined for a text that is none
 */
export function parsePointer(text: string): PointerSteps | undefined {
  if (!POINTER.test(text)) return undefined;
  return text
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Whether a value of the datasets file is a JSON pointer; `""` is one. */
export function isPointer(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MOST_POINTER && POINTER.test(value);
}

/** Whether a value is a pointer that begins with a key of the row. */
export function isRowPointer(value: unknown): value is string {
  return value !== '' && isPointer(value);
}

/**
 * The steps of a pointer that has been checked.
 * @throws {RangeError} for a text that is no JSON pointer
 */
export function pointerSteps(pointer: string): PointerSteps {
  const steps = parsePointer(pointer);
  if (steps !== undefined) return steps;
  throw new RangeError(`expected a JSON pointer such as /data/items, got ${pointer}`);
}

/** Follows a pointer through mappings and lists. What every object inherits is not there. */
export function followPointer(value: unknown, steps: PointerSteps): Pointed {
  let at: unknown = value;
  for (const step of steps) {
    if (at === null || at === undefined) return { kind: 'absent' };
    if (typeof at !== 'object' || isWrittenNumber(at)) return { kind: 'blocked', by: at };
    if (Array.isArray(at) ? !LIST_PLACE.test(step) : !Object.hasOwn(at, step)) {
      return { kind: 'absent' };
    }
    at = (at as Readonly<Record<string, unknown>>)[step];
  }
  return at === undefined ? { kind: 'absent' } : { kind: 'value', value: at };
}
