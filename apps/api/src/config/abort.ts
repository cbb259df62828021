/**
 * The result of `promise`, or the signal's reason as soon as it is aborted. The promise continues then, and its
 * rejection is ignored.
 */
export async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * An `AbortController` that follows other signals: it aborts with the first of them, for its reason, until it is
 * released. `AbortSignal.any` does the same, but listening to its signal costs twenty times as much, for each day.
 */
export class FollowingAbort extends AbortController {
  private readonly leaders: readonly AbortSignal[];

  constructor(...leaders: readonly AbortSignal[]) {
    super();
    this.leaders = leaders;
    const aborted = leaders.find((leader) => leader.aborted);
    if (aborted !== undefined) this.abort(aborted.reason);
    else for (const leader of leaders) leader.addEventListener('abort', this.follow);
  }

  /** Stops following: the leaders live longer, and their listeners would keep this in memory. */
  release(): void {
    for (const leader of this.leaders) leader.removeEventListener('abort', this.follow);
  }

  private readonly follow = ({ target }: Event): void => {
    this.abort((target as AbortSignal).reason);
  };
}
