// A provider that has nothing for any day, and waits for nothing.
export default class EmptyDaySource {
  async *fetchDay(): AsyncGenerator<Record<string, unknown>> {
    yield* [];
  }
}
