// Floors: programs of the folder peers/ that do only the necessary work, for the minimum cost.
import { runProgram } from './programs.js';

export interface Floor {
  readonly ms: number;
  /** Milliseconds of processor time. */
  readonly cpu_ms: number;
}

/** A loader, whose rows are parsed before it begins. */
export interface LoadFloor extends Floor {
  readonly parse_ms: number;
}

/** Runs a floor, which measures its work without its start. */
export async function runFloor(
  name: 'day' | 'parse' | 'source',
  ...args: readonly unknown[]
): Promise<Floor> {
  return JSON.parse(await runProgram(`peers/${name}-floor.ts`, ...args)) as Floor;
}

export async function runLoader(...args: readonly unknown[]): Promise<LoadFloor> {
  return JSON.parse(await runProgram('peers/target-floor.ts', ...args)) as LoadFloor;
}
