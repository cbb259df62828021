/** The used types of BullMQ, which is a package of the bench only. */
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
