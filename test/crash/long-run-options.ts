// What a long run is told by its launcher, and says.

/** Undefined if it was not told. */
export function numberOf(variable: string): number | undefined {
  const value = process.env[variable];
  return value === undefined ? undefined : Number(value);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
