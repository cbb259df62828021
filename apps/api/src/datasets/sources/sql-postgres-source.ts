import type { DaySource, SourceRow } from '../day-source.js';
export class PostgresSource implements DaySource {
  constructor(readonly options: object) {}
  async *fetchDay(): AsyncGenerator<SourceRow> {}
}
