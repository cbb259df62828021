// A source that reveals its token in each kind of error.
import { ProviderError, type DayProvider, type ProviderRow } from 'daysync/source';

interface LeakingOptions {
  readonly token: string;
}

export default class LeakingSource implements DayProvider {
  readonly #token: string;

  constructor({ token }: LeakingOptions) {
    this.#token = token;
  }

  async *fetchDay(day: string): AsyncGenerator<ProviderRow> {
    const token = this.#token;
    if (day.endsWith('-01')) throw new ProviderError('lasting', 'LEAKED', `the token ${token}`);
    if (day.endsWith('-02')) throw new Error('broken', { cause: new Error(token) });
    if (day.endsWith('-03')) {
      throw new ProviderError('passing', 'LEAKED', encodeURIComponent(token));
    }
    if (day.endsWith('-04')) throw Object.assign(new Error('broken'), { kind: token, token });
    yield { value: day };
  }
}
