import type { Language, Progress } from '@daysync/progress';
import type { Response } from 'express';
import { inLanguage } from '../batches/batch-progress.js';
import { IDEMPOTENCY_KEY_PATTERN } from '../http/input/idempotency-key.js';
import { API_PATH } from '../http/pipeline/paths.js';
import type { Started } from './start.service.js';

// What the calls have in common that start a batch.

export const STARTED_HEADERS = ['Location', 'Retry-After', 'Idempotency-Replayed'] as const;
export const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  required: false,
  description:
    'Any text of 1 to 255 visible ASCII characters, quoted or not, such as a UUID. For 24 hours, the same request with ' +
    'the same key does not start another batch: the answer is the first one.',
  schema: {
    type: 'string',
    pattern: IDEMPOTENCY_KEY_PATTERN,
    example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
  },
} as const;

export function answerStarted(
  { kind, progress }: Started,
  language: Language,
  response: Response,
): Progress {
  // An app that embeds Daysync may have a global prefix.
  const { originalUrl } = response.req;
  // Express finds a route in any case.
  const prefix = originalUrl.slice(0, Math.max(1, originalUrl.toLowerCase().indexOf(API_PATH)));
  response
    .location(`${prefix}${API_PATH}/sync/batch/progress/${progress.task_id}`)
    .set('Retry-After', String(Math.ceil(progress.poll_after_ms / 1_000)));
  if (kind === 'replayed') response.set('Idempotency-Replayed', 'true');
  if (kind === 'active_child') response.status(200);
  return inLanguage(progress, language);
}
