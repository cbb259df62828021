// A provider of lines of JSON that a server streams. It yields each row at once, and passes the signal on.
interface LinesOptions {
  readonly url: string;
}

interface Line {
  readonly name: string;
  readonly price: unknown;
}

/** The digits that `JSON.parse` would lose. */
const NUMBERS = /"n":(?<n>-?\d+),.*"price":(?<price>[\d.]+)/;

export default class LinesSource {
  readonly #url: string;

  constructor({ url }: LinesOptions) {
    this.#url = url;
  }

  async *fetchDay(day: string, signal: AbortSignal): AsyncGenerator<Record<string, unknown>> {
    const { body } = await fetch(`${this.#url}/${day}`, { signal });
    if (body === null) return;
    let rest = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield rowOf(line);
    }
  }
}

function rowOf(line: string): Record<string, unknown> {
  const { name, price } = JSON.parse(line) as Line;
  const written = NUMBERS.exec(line)?.groups;
  return { n: BigInt(written?.['n'] ?? 0), name, price: written?.['price'] ?? price };
}
