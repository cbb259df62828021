/** Why a delivery can fail. `docs/errors.md` is generated from this. */
export const WEBHOOK_ERRORS = {
  WEBHOOK_BLOCKED: {
    effect: 'failed: at once',
    cause:
      'The name of the endpoint resolves to an address that is not public: of a private network, of this machine or link-local.',
    fix: 'Correct the address in the datasets file. If the endpoint is meant to be private, set `allow_private: true`. Then redeliver.',
  },
  WEBHOOK_ENDPOINT_GONE: {
    effect: 'failed: at once, with all other deliveries to the endpoint',
    cause: 'The endpoint answered 410 Gone: it accepts no deliveries any more.',
    fix: 'Change its address in the datasets file, or remove the endpoint. To try the same address again, redeliver one of its deliveries.',
  },
  WEBHOOK_ENDPOINT_UNKNOWN: {
    effect: 'failed: a day after it was written',
    cause: 'The datasets file no longer has an endpoint of this name.',
    fix: 'Put the endpoint back, and redeliver.',
  },
  WEBHOOK_REFUSED: {
    effect: 'pending: tried again',
    cause: 'The endpoint answered with a status other than 2xx. Redirects are not followed.',
    fix: 'Read the log of the endpoint: 401 and 403 usually mean a wrong secret, 3xx a wrong address.',
  },
  WEBHOOK_TIMEOUT: {
    effect: 'pending: tried again',
    cause: 'The endpoint did not answer in time.',
    fix: 'Let the endpoint answer as soon as it has the delivery, and do its work afterwards.',
  },
  WEBHOOK_UNREACHABLE: {
    effect: 'pending: tried again',
    cause:
      'The connection failed or broke: the name is unknown, no server listens, or the certificate is not valid.',
    fix: 'Make sure that the endpoint runs at its address. The code in the text says what failed.',
  },
} as const satisfies Record<string, WebhookErrorEntry>;

export interface WebhookErrorEntry {
  /** The state of the delivery, and when it gets there. */
  readonly effect: string;
  readonly cause: string;
  readonly fix: string;
}

export type WebhookErrorCode = keyof typeof WEBHOOK_ERRORS;
