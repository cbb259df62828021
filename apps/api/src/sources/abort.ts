/**
 * What `promise` comes to, or the signal's reason as soon as it is aborted. The promise is left to itself then, and
 * may reject unseen.
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
 * An `AbortController` that is aborted with any of its leaders as well, and for their reason, until it is released.
 * `AbortSignal.any` does the same; but to listen to a signal of that costs twenty times as much, and each day does.
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
