// A provider whose days take a fixed time and have one row.
import { setTimeout as sleep } from 'node:timers/promises';

export interface TimedDayOptions {
  /** How long a day takes, in milliseconds. */
  readonly ms: number;
}

export default class TimedDaySource {
  private readonly ms: number;

  constructor({ ms }: TimedDayOptions) {
    this.ms = ms;
  }

  async *fetchDay(day: string, signal: AbortSignal): AsyncGenerator<Record<string, unknown>> {
    await sleep(this.ms, undefined, { signal });
    yield { value: day };
  }
}
