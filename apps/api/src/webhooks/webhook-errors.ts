/** What can be wrong with an attempt to tell somebody of a batch; `docs/errors.md` is made of it. */
export const WEBHOOK_ERRORS = {
  WEBHOOK_BLOCKED: {
    effect: 'failed: at once',
    cause:
      'The name of the endpoint leads to an address that not all the world reaches: of a private network, of this machine or of a link.',
    cure: 'Mend the address in the datasets file; where the endpoint is meant to be there, set `allow_private: true`. Then send the delivery again.',
  },
  WEBHOOK_ENDPOINT_GONE: {
    effect: 'failed: at once, and all others to the endpoint with it',
    cause: 'The endpoint has answered 410 Gone: it wants to be told nothing any more.',
    cure: 'Change its address in the datasets file or take it out; to have the same address tried again, send one of its deliveries again.',
  },
  WEBHOOK_ENDPOINT_UNKNOWN: {
    effect: 'failed: a day after it was written',
    cause: 'The datasets file has no endpoint of this name any more.',
    cure: 'Put the endpoint back, and send the delivery again.',
  },
  WEBHOOK_REFUSED: {
    effect: 'waiting: tried again',
    cause: 'The endpoint answered with another status than 2xx; a redirect is not followed.',
    cure: 'Look into the log of the endpoint: 401 and 403 mostly mean a wrong secret, 3xx a wrong address.',
  },
  WEBHOOK_TIMEOUT: {
    effect: 'waiting: tried again',
    cause: 'The endpoint did not answer in time.',
    cure: 'Have the endpoint answer as soon as it has the delivery, and do its work after that.',
  },
  WEBHOOK_UNREACHABLE: {
    effect: 'waiting: tried again',
    cause:
      'No connection to the endpoint, or one that broke: its name is unknown, nobody listens, or its certificate is not valid.',
    cure: 'Have the endpoint run where its address says; the code in the text tells what broke.',
  },
} as const satisfies Record<string, WebhookErrorEntry>;

export interface WebhookErrorEntry {
  /** The state of the delivery by it, and how that comes about. */
  readonly effect: string;
  readonly cause: string;
  readonly cure: string;
}

export type WebhookErrorCode = keyof typeof WEBHOOK_ERRORS;
