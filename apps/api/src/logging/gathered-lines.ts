/** How long a line waits for others, in milliseconds. */
const GATHERING_MS = 5;

/** Where lines go. */
export interface LineSink {
  write(lines: string): unknown;
}

/** Gives lines on together that come within milliseconds: to write one costs more than all else of it. */
export class GatheredLines implements LineSink {
  private lines = '';

  constructor(private readonly sink: LineSink) {}

  write(line: string): void {
    if (this.lines === '') setTimeout(() => this.flush(), GATHERING_MS).unref();
    this.lines += line;
  }

  /** Gives on what has come so far: to its sink, or to another one. */
  flush(sink: LineSink = this.sink): void {
    const { lines } = this;
    this.lines = '';
    if (lines !== '') sink.write(lines);
  }
}
