// Floors: programs of the folder peers/ that do only the necessary work, for the minimum cost.
import { runProgram } from './programs.js';

/** The output of a floor. */
export interface Floor {
  readonly ms: number;
  /** Milliseconds of processor time. */
  readonly cpu_ms: number;
}

/** Runs a floor, which measures its work without its start. */
export async function runFloor(
  name: 'day' | 'parse' | 'source' | 'target',
  ...args: readonly unknown[]
): Promise<Floor> {
  return JSON.parse(await runProgram(`peers/${name}-floor.ts`, ...args)) as Floor;
}
