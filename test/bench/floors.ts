// Floors: programs of the folder peers/ that do only the necessary work, for the minimum cost.
import { runProgram } from './programs.js';

interface Floors {
  /** Each with the milliseconds of processor time. */
  readonly day: { readonly ms: number; readonly cpu_ms: number };
  readonly source: { readonly ms: number; readonly cpu_ms: number };
  readonly parse: { readonly ms: number };
  /** A loader, whose rows are parsed before it begins. */
  readonly target: { readonly ms: number; readonly parse_ms: number };
}

/** Runs a floor, which measures its work without its start. */
export async function runFloor<Name extends keyof Floors>(
  name: Name,
  ...args: readonly unknown[]
): Promise<Floors[Name]> {
  return JSON.parse(await runProgram(`peers/${name}-floor.ts`, ...args)) as Floors[Name];
}
