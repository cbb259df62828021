// A provider without rows.
export default class EmptyDaySource {
  async *fetchDay(): AsyncGenerator<Record<string, unknown>> {
    yield* [];
  }
}
