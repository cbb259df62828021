import type { StartRequest } from '../api/wire';

/**
 * The idempotency key of each start: a new one a submit. Only where the last one has got no answer, and the same is
 * asked for again, is its key sent again: the batch may have been started all the same, and must not start twice.
 */
export class StartKey {
  private unanswered: { readonly asked: string; readonly key: string } | undefined;

  constructor(private readonly newKey: () => string) {}

  /** The key to send with this request. */
  of(request: StartRequest): string {
    const asked = JSON.stringify(request);
    if (this.unanswered?.asked !== asked) this.unanswered = { asked, key: this.newKey() };
    return this.unanswered.key;
  }

  /** The server has answered: the next start is another one. */
  answered(): void {
    this.unanswered = undefined;
  }
}
