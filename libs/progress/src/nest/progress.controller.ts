import { Controller, Get, Header, NotFoundException, Param } from '@nestjs/common';
import type { Progress } from '../progress.js';
import { ProgressRegistry } from './progress-registry.js';

/** What a progress comes in over HTTP. */
export interface ProgressEnvelope {
  /** That of the request; the batch's own is in `data`. */
  readonly status: 'success';
  /** The newest progress of the batch. */
  readonly data: Progress;
}

/**
 * Answers `GET /api/v1/sync-status/sync/batch/progress/{task_id}` from the registry, as `fetchProgress` and
 * `injectProgress` ask by default. For another path, or with guards, extend it: the path is that of your `@Controller`.
 */
@Controller('api/v1/sync-status')
export class ProgressController {
  constructor(private readonly registry: ProgressRegistry) {}

  /**
   * The newest progress of a batch.
   * @throws {NotFoundException} (404, code `BATCH_NOT_FOUND`) if the registry does not hold it.
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
