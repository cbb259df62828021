// Contestants are measured one after another, round by round, so that what slows the machine slows them all.

/** Gives one figure each time. */
export type Measurement = () => Promise<number>;

/** What each contestant came to, round by round, in the order of the rounds. */
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

/** How long something takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
