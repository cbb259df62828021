import type { HeaderObject } from '@nestjs/swagger';

/** The response headers that a client can use, as the OpenAPI document describes them. */
export const API_HEADERS = {
  'X-Request-Id': {
    description: 'The id of the request in the log.',
    required: true,
    schema: {
      type: 'string',
      format: 'uuid',
      example: '5f0c2a34-6a52-4b8e-9d0b-7f3a5f0f6f11',
    },
  },
  ETag: {
    description:
      'The strong entity tag of the body. Sent as `If-None-Match`, it is answered with 304 as long as nothing has changed.',
    required: true,
    schema: { type: 'string', pattern: '^"[\\w-]+"$', example: '"k4Zyx0bA2m7bM3hQpTn1C0dYw5E"' },
  },
  Location: {
    description: 'The progress of the batch.',
    required: true,
    schema: {
      type: 'string',
      format: 'uri-reference',
      example: '/api/v1/sync-status/sync/batch/progress/2025-10-01_2025-10-10_1760716800',
    },
  },
  'Retry-After': {
    description: 'After how many seconds to try again.',
    required: true,
    schema: { type: 'integer', minimum: 0, example: 2 },
  },
  'Idempotency-Replayed': {
    description: 'Set if an earlier request with the same `Idempotency-Key` started the batch.',
    schema: { type: 'string', enum: ['true'], example: 'true' },
  },
} as const satisfies Record<string, HeaderObject>;

export type ApiHeaderName = keyof typeof API_HEADERS;

/** References to headers, for a response. */
export function headerReferences(
  ...names: readonly ApiHeaderName[]
): Record<string, { readonly $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
