/** This process among those that run the batches of an installation. */
export abstract class Process {
  /** A name that no other process has, nor this one after its next start. */
  abstract readonly name: string;
  /** Whether it is the only one there can be. */
  abstract readonly isSingle: boolean;
  /** Whether it hears of what the others do. */
  abstract readonly isConnected: boolean;
  /** Takes up what is there: to be awaited before the first batch runs. */
  abstract join(): Promise<void>;
  /** The process is about to end: however it does that, it has not crashed. */
  abstract leave(): void;
}
