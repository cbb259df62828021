// The options of a long run, from its launcher, and its output.

/** Undefined if the option is missing. */
export function numberOf(variable: string): number | undefined {
  const value = process.env[variable];
  return value === undefined ? undefined : Number(value);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
