/** This process, one of those that run the batches of an installation. */
export abstract class Process {
  /** No other process has this name, nor has this one after its next start. */
  abstract readonly name: string;
  /** Whether the installation has only one process. */
  abstract readonly isSingle: boolean;
  /** Whether it receives the events of the others. */
  abstract readonly isConnected: boolean;
  /** Joins the installation, and recovers what a crash has left. To be awaited before the first batch runs. */
  abstract join(): Promise<void>;
  /** The process is about to end: however it does that, it has not crashed. */
  abstract leave(): void;
}
