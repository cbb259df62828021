// A source that tells what it was given, in every way that it has.
import { ProviderError, type DayProvider, type ProviderRow } from 'daysync/source';

interface TelltaleOptions {
  readonly token: string;
}

export default class TelltaleSource implements DayProvider {
  readonly #token: string;

  constructor({ token }: TelltaleOptions) {
    this.#token = token;
  }

  async *fetchDay(day: string): AsyncGenerator<ProviderRow> {
    const token = this.#token;
    if (day.endsWith('-01')) throw new ProviderError('lasting', 'TOLD', `the token ${token}`);
    if (day.endsWith('-02')) throw new Error('broken', { cause: new Error(token) });
    if (day.endsWith('-03')) throw new ProviderError('passing', 'TOLD', encodeURIComponent(token));
    if (day.endsWith('-04')) throw Object.assign(new Error('odd'), { kind: token, token });
    yield { value: day };
  }
}
