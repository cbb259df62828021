import { Worker } from 'node:worker_threads';

const PROGRAM = `
const { hash } = require('node:crypto');
const { parentPort } = require('node:worker_threads');

parentPort.on('message', (texts) => {
  parentPort.postMessage(texts.map((text) => hash('md5', text, 'hex')).join(''));
});`;

/** Texts live as long as they are hashed: with more room for them the process grows, and is no faster. */
const YOUNG_MB = 4;
/** A thread that has had nothing to do for so long ends. */
const IDLE_MS = 10_000;

/** Hashes texts on a thread, which runs while there are any: the main thread reads and writes rows meanwhile. */
export class DigestThread {
  private worker: Worker | null = null;
  /** Those who wait for their digests, in the order in which they have asked. */
  private waiting: PromiseWithResolvers<string>[] = [];
  private idle: NodeJS.Timeout | undefined;

  /**
   * The MD5 of each text, 32 hexadecimal digits each, one after another.
   * @throws an error if the thread has ended; the next texts have a new one
   */
  digests(texts: readonly string[]): Promise<string> {
    clearTimeout(this.idle);
    const worker = (this.worker ??= this.start());
    const answer = Promise.withResolvers<string>();
    this.waiting.push(answer);
    worker.ref();
    worker.postMessage(texts);
    return answer.promise;
  }

  /** Ends the thread. Digests that it has not answered yet fail. */
  async end(): Promise<void> {
    const { worker } = this;
    if (worker === null) return;
    this.fail(worker, new Error('expected the thread that hashes rows to run, it was ended'));
    await worker.terminate();
  }

  private start(): Worker {
    const worker = new Worker(PROGRAM, {
      eval: true,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    worker.on('message', (digests: string) => {
      this.waiting.shift()?.resolve(digests);
      if (this.waiting.length > 0) return;
      worker.unref();
      this.idle = setTimeout(() => void this.end(), IDLE_MS).unref();
    });
    worker.on('error', (error) => {
      this.fail(worker, error);
    });
    worker.on('exit', () => {
      this.fail(worker, new Error('expected the thread that hashes rows to run, it has ended'));
    });
    return worker;
  }

  private fail(worker: Worker, error: unknown): void {
    // Others may wait for a newer one.
    if (this.worker !== worker) return;
    this.worker = null;
    clearTimeout(this.idle);
    const failed = this.waiting;
    this.waiting = [];
    for (const { reject } of failed) reject(error);
  }
}

/** One for the process: it hashes faster than a day can be read or written. */
export const digestThread = new DigestThread();
