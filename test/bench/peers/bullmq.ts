/** What is used of BullMQ: a package of the bench alone, whose types the project does not know. */
export interface Bullmq {
  readonly Queue: new (
    name: string,
    options: object,
  ) => { addBulk(jobs: readonly object[]): Promise<unknown> };
  readonly Worker: new (
    name: string,
    work: (job: BullmqJob) => Promise<void>,
    options: object,
  ) => {
    on(event: 'completed', then: () => void): void;
    waitUntilReady(): Promise<unknown>;
  };
}

export interface BullmqJob {
  readonly data: { readonly day: number };
  updateProgress(progress: number): Promise<void>;
}
