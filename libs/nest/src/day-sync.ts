import {
  isTerminal,
  type ControlVerb,
  type Language,
  type Progress,
  type SyncMode,
} from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { defer, map, of, switchMap, type Observable } from 'rxjs';
import type { DayOrder } from '../../../apps/api/src/database/schema.js';
import { readInput } from '../../../apps/api/src/http/input/input.pipe.js';
import { inLanguage } from '../../../apps/api/src/batches/batch-progress.js';
import { LiveView } from '../../../apps/api/src/batches/live-view.js';
import { PreviewDto } from '../../../apps/api/src/sync/preview.dto.js';
import { StartService } from '../../../apps/api/src/sync/start.service.js';
import { orProblem } from '../../../apps/api/src/sync/sync.problems.js';
import { BatchDaysDto, RetryBatchDto, StartBatchDto } from '../../../apps/api/src/sync/sync.dto.js';
import type { RequestHead } from '../../../apps/api/src/sync/start-key.js';
import { SyncService } from '../../../apps/api/src/sync/sync.service.js';
import { OPENED_INSTALLATION } from '../../../apps/api/src/app/installation.module.js';
import type { EmbeddedInstallation } from './embedded-installation.js';

/** A batch to start: the body of `POST sync/batch`. */
export interface StartRequest {
  /** The first day, such as `2025-10-01`. */
  readonly start_date: string;
  /** The last day, included. */
  readonly end_date: string;
  /** @default the first one */
  readonly dataset?: string;
  /** Which days are tried. @default 'missing_and_failed' */
  readonly mode?: SyncMode;
  /** @default 'asc' */
  readonly order?: DayOrder;
  /** Of a preview: where the plan has changed since, the start is refused. */
  readonly plan_hash?: string;
}

/** Who asks, and how the request is told from another one. */
export interface RequestedBy {
  /** Told as `started_by`. @default nobody */
  readonly by?: string;
  /** As the header `Idempotency-Key`: for 24 hours the same request with the same key starts one batch. */
  readonly key?: string;
}

/**
 * Batches, for the code of an app: what the API does, without a request. All that it refuses is a `Problem`, whose
 * `code` says why: the codes of docs/errors.md.
 */
@Injectable()
export class DaySync {
  private readonly language: Language;

  constructor(
    private readonly starts: StartService,
    private readonly sync: SyncService,
    private readonly live: LiveView,
    @Inject(OPENED_INSTALLATION) { language }: EmbeddedInstallation,
  ) {
    this.language = language;
  }

  /**
   * Starts a batch: durable when this resolves.
   * @throws {Problem} `VALIDATION_FAILED`, `RANGE_REVERSED`, `RANGE_TOO_LARGE`, `DATASET_NOT_FOUND`,
   * `BATCH_OVERLAPS`, `PLAN_CHANGED`, `IDEMPOTENCY_KEY_REUSED`
   */
  async start(request: StartRequest, requested: RequestedBy = {}): Promise<Progress> {
    const body = readInput(StartBatchDto, request);
    const started = orProblem(await this.starts.start(body, headOf(requested)));
    return inLanguage(started.progress, this.language);
  }

  /**
   * What a start would do with each day; starts nothing.
   * @throws {Problem} as {@link start}
   */
  async preview(request: StartRequest): Promise<PreviewDto> {
    return orProblem(await this.starts.preview(readInput(StartBatchDto, request))).preview;
  }

  /**
   * Tries the failed days of a batch again, as a batch of their own; where one of those is active, that is the answer.
   * @param codes only days that failed with one of these
   * @throws {Problem} `BATCH_NOT_FOUND`, `BATCH_STATE`, `NOTHING_TO_RETRY`, `BATCH_OVERLAPS`, `DATASET_NOT_FOUND`
   */
  async retry(
    batchId: string,
    codes?: readonly string[],
    requested: RequestedBy = {},
  ): Promise<Progress> {
    const body = readInput(RetryBatchDto, codes === undefined ? {} : { codes });
    const started = orProblem(await this.starts.retry(batchId, body, headOf(requested)));
    return inLanguage(started.progress, this.language);
  }

  /**
   * The newest progress of a batch.
   * @throws {Problem} `BATCH_NOT_FOUND`
   */
  async progress(batchId: string): Promise<Progress> {
    return inLanguage(await this.snapshot(batchId), this.language);
  }

  /**
   * Pauses, resumes or cancels a batch: durable when this resolves.
   * @param by who asks; told in `last_control`
   * @throws {Problem} `BATCH_NOT_FOUND`, `BATCH_STATE`
   */
  async control(batchId: string, verb: ControlVerb, by: string | null = null): Promise<Progress> {
    const { progress } = orProblem(await this.sync.control(batchId, { verb, by }));
    return inLanguage(progress, this.language);
  }

  /**
   * Every day of a batch with its outcome, or those that have changed since an earlier answer.
   * @param since the `cursor` of that answer
   * @throws {Problem} `BATCH_NOT_FOUND`, `VALIDATION_FAILED`
   */
  async days(batchId: string, since?: string): Promise<BatchDaysDto> {
    return orProblem(await this.sync.days(batchId, since)).page;
  }

  /** The batch as it is now, then each change; completes with its end. One that nobody knows is `BATCH_NOT_FOUND`. */
  watch(batchId: string): Observable<Progress> {
    return defer(() => this.snapshot(batchId)).pipe(
      switchMap((now) => (isTerminal(now.status) ? of(now) : this.live.watch(batchId))),
      map((progress) => inLanguage(progress, this.language)),
    );
  }

  private async snapshot(batchId: string): Promise<Progress> {
    return orProblem(await this.sync.snapshot(batchId)).progress;
  }
}

function headOf({ by = null, key = null }: Partial<RequestHead>): RequestHead {
  return { by, key };
}
