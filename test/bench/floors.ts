// The least that something can cost: a program of the folder peers/ that does it and nothing else.
import { runProgram } from './programs.js';

/** What a floor says of itself. */
export interface Floor {
  readonly ms: number;
  /** Of processor time. */
  readonly cpu_ms: number;
}

/** Runs a floor; it says what its work took, without its start. */
export async function runFloor(
  name: 'day' | 'source',
  ...args: readonly unknown[]
): Promise<Floor> {
  return JSON.parse(await runProgram(`peers/${name}-floor.ts`, ...args)) as Floor;
}
