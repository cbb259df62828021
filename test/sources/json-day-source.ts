// A provider whose days are files of JSON in a folder.
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

interface JsonDayOptions {
  readonly folder: string;
  /** A log of calls, with lines `day pid`. */
  readonly calls?: string;
  /** How long a day takes. */
  readonly delayMs?: number;
}

export default class JsonDaySource {
  readonly #options: JsonDayOptions;

  constructor(options: JsonDayOptions) {
    this.#options = options;
  }

  async *fetchDay(day: string, signal: AbortSignal): AsyncGenerator<Record<string, unknown>> {
    const { calls, delayMs = 0, folder } = this.#options;
    // First and synchronously, so that no call is lost.
    if (calls !== undefined) appendFileSync(calls, `${day} ${process.pid}\n`);
    if (delayMs > 0) await sleep(delayMs, undefined, { signal });
    const text = await readFile(path.join(folder, `${day}.json`), 'utf8');
    yield* JSON.parse(text) as Record<string, unknown>[];
  }
}
