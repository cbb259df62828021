/** Spaces the requests to a source evenly, whoever makes them. */
export interface RequestPace {
  /** How long one who came now would wait for a turn, as far as is known, in milliseconds. */
  waitMs(): number;
  /**
   * Waits for a turn.
   * @throws the signal's reason, when it aborts
   */
  turn(signal: AbortSignal): Promise<void>;
}

/** Makes the pace of a source that takes so many requests a second. */
export type MakeRequestPace = (requestsPerSecond: number) => RequestPace;
