// A provider whose days lie on a server that counts: it says which process asks. Daysync loads it into each worker.
type Row = Readonly<Record<string, unknown>>;

export interface CountedDayOptions {
  readonly url: string;
}

export default class CountedDaySource {
  private readonly url: string;

  constructor({ url }: CountedDayOptions) {
    this.url = url;
  }

  async *fetchDay(day: string, signal: AbortSignal): AsyncGenerator<Row> {
    const headers = { 'x-pid': String(process.pid) };
    const response = await fetch(`${this.url}/${day}`, { headers, signal });
    yield* (await response.json()) as Row[];
  }
}
