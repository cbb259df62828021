// A provider of rows of a file, each value in the form that JavaScript has for its type.
import { readFile } from 'node:fs/promises';

interface TypedRowsOptions {
  readonly file: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

export default class TypedSource {
  readonly #options: TypedRowsOptions;

  constructor(options: TypedRowsOptions) {
    this.#options = options;
  }

  async *fetchDay(): AsyncGenerator<Record<string, unknown>> {
    const { file, columns } = this.#options;
    const rows = JSON.parse(await readFile(file, 'utf8')) as (string | null)[][];
    for (const row of rows) {
      yield Object.fromEntries(
        columns.map(({ name, type }, index) => [name, valueOf(row[index] ?? null, type)]),
      );
    }
  }
}

function valueOf(text: string | null, type: string): unknown {
  if (text === null) return null;
  switch (type) {
    case 'integer':
      return BigInt(text);
    case 'real':
      return Number(text);
    case 'boolean':
      return text === 'true';
    case 'timestamp': {
      // A Date has milliseconds; what is finer is a text.
      const date = new Date(text);
      return /\.\d{3}000/.test(text) ? date : text;
    }
    case 'json': {
      const value: unknown = JSON.parse(text);
      return typeof value !== 'string' && JSON.stringify(value) === text ? value : text;
    }
    default:
      return text;
  }
}
