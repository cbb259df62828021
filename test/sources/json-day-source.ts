// A provider whose days are files of JSON in a folder.
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export default class JsonDaySource {
  readonly #folder: string;

  constructor({ folder }: { readonly folder: string }) {
    this.#folder = folder;
  }

  async *fetchDay(day: string): AsyncGenerator<Record<string, unknown>> {
    const text = await readFile(path.join(this.#folder, `${day}.json`), 'utf8');
    yield* JSON.parse(text) as Record<string, unknown>[];
  }
}
