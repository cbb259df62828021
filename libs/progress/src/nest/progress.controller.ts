import { Controller, Get, Header, NotFoundException, Param } from '@nestjs/common';
import type { Progress } from '../progress.js';
import { ProgressRegistry } from './progress-registry.js';

/** The body of an HTTP response with a progress. */
export interface ProgressEnvelope {
  /** The status of the request; the status of the batch is in `data`. */
  readonly status: 'success';
  /** The newest progress of the batch. */
  readonly data: Progress;
}

/**
 * Answers `GET /api/v1/sync-status/sync/batch/progress/{task_id}` from the registry, the default request of
 * `fetchProgress` and `injectProgress`. For another path, or with guards, extend it under your own `@Controller`.
 */
@Controller('api/v1/sync-status')
export class ProgressController {
  constructor(private readonly registry: ProgressRegistry) {}

  /**
   * The newest progress of a batch.
   * @throws {NotFoundException} (404, code `BATCH_NOT_FOUND`) if the registry does not have it.
   */
  @Get('sync/batch/progress/:task_id')
  @Header('Cache-Control', 'private, no-cache')
  getProgress(@Param('task_id') taskId: string): ProgressEnvelope {
    const progress = this.registry.get(taskId);
    if (progress !== undefined) return { status: 'success', data: progress };
    throw new NotFoundException({
      status: 404,
      code: 'BATCH_NOT_FOUND',
      detail: `expected a batch that is known, got ${JSON.stringify(taskId)}`,
    });
  }
}
