/** This process among those that run the batches of an installation. */
export interface Process {
  /** A name that no other process has, nor this one after its next start. */
  readonly name: string;
  /** Whether it is the only one there can be. */
  readonly isAlone: boolean;
  /** Whether it hears of the others. */
  readonly isConnected: () => boolean;
}

export const PROCESS = Symbol('PROCESS');
