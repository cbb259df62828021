// A provider for the server of day-counter.ts: it sends the process id with each request. Each worker loads it.
type Row = Readonly<Record<string, unknown>>;

export default class CountedDaySource {
  private readonly url: string;

  constructor({ url }: { readonly url: string }) {
    this.url = url;
  }

  async *fetchDay(day: string, signal: AbortSignal): AsyncGenerator<Row> {
    const headers = { 'x-pid': String(process.pid) };
    const response = await fetch(`${this.url}/${day}`, { headers, signal });
    yield* (await response.json()) as Row[];
  }
}
