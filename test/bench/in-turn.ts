// Measures contestants in turn, round by round, so that a slow moment of the machine affects them all.

/** Each call returns one figure. */
export type Measurement = () => Promise<number>;

/** The figures of each contestant, in the order of the rounds. */
export async function measureInTurn<Name extends string>(
  rounds: number,
  contestants: Readonly<Record<Name, Measurement>>,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(contestants) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) measured[name].push(await contestants[name]());
  }
  return measured;
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
