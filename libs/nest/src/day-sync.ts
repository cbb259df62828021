import {
  isTerminal,
  type ControlVerb,
  type DayOrder,
  type Language,
  type Progress,
  type SyncMode,
} from '@daysync/progress';
import { Inject, Injectable } from '@nestjs/common';
import { defer, map, of, switchMap, type Observable } from 'rxjs';
import { readInput } from '../../../apps/api/src/http/input/input.pipe.js';
import { inLanguage } from '../../../apps/api/src/batches/batch-progress.js';
import { ExtendService } from '../../../apps/api/src/sync/extend.service.js';
import { LiveView } from '../../../apps/api/src/batches/live-view.js';
import { PreviewDto } from '../../../apps/api/src/sync/preview.dto.js';
import { StartService } from '../../../apps/api/src/sync/start.service.js';
import { orProblem } from '../../../apps/api/src/sync/sync.problems.js';
import {
  BatchDaysDto,
  ExtendBatchDto,
  RetryBatchDto,
  StartBatchDto,
} from '../../../apps/api/src/sync/sync.dto.js';
import type { RequestHead } from '../../../apps/api/src/sync/start-key.js';
import { SyncService } from '../../../apps/api/src/sync/sync.service.js';
import { OPENED_INSTALLATION } from '../../../apps/api/src/app/installation.module.js';
import type { EmbeddedInstallation } from './embedded-installation.js';

/** The body of `POST sync/batch`. */
export interface StartRequest {
  /** The first day, such as `2025-10-01`. */
  readonly start_date: string;
  /** The last day, included. */
  readonly end_date: string;
  /** @default the first one */
  readonly dataset?: string;
  /** Which days to sync. @default 'missing_and_failed' */
  readonly mode?: SyncMode;
  /** @default 'asc' */
  readonly order?: DayOrder;
  /** From a preview: the start is refused if the plan has changed since. */
  readonly plan_hash?: string;
}

/** The body of `POST sync/batch/{task_id}/extend`. */
export interface ExtendRequest {
  /** @default the first day of the batch */
  readonly start_date?: string;
  /** Included. @default the last day of the batch */
  readonly end_date?: string;
}

/** Who makes a request, and its idempotency key. */
export interface RequestedBy {
  /** Shown as `started_by`. @default null */
  readonly by?: string;
  /** Like the header `Idempotency-Key`: for 24 hours the same request with the same key starts only one batch. */
  readonly key?: string;
}

/**
 * Starts, controls and shows batches from the code of an app, as the API does. It throws a `Problem` with a code of
 * docs/errors.md.
 */
@Injectable()
export class DaySync {
  private readonly language: Language;

  /** @internal Nest makes it. */
  constructor(
    private readonly starts: StartService,
    private readonly extensions: ExtendService,
    private readonly sync: SyncService,
    private readonly live: LiveView,
    @Inject(OPENED_INSTALLATION) { language }: EmbeddedInstallation,
  ) {
    this.language = language;
  }

  /**
   * Starts a batch, which is durable when the promise resolves.
   * @throws {Problem} `VALIDATION_FAILED`, `RANGE_REVERSED`, `RANGE_TOO_LARGE`, `DATASET_NOT_FOUND`,
   * `BATCH_OVERLAPS`, `PLAN_CHANGED`, `IDEMPOTENCY_KEY_REUSED`
   */
  async start(request: StartRequest, requested: RequestedBy = {}): Promise<Progress> {
    const body = readInput(StartBatchDto, request);
    const started = orProblem(await this.starts.start(body, headOf(requested)));
    return inLanguage(started.progress, this.language);
  }

  /**
   * The plan of a start, without starting it.
   * @throws {Problem} as {@link DaySync.start}
   */
  async preview(request: StartRequest): Promise<PreviewDto> {
    return orProblem(await this.starts.preview(readInput(StartBatchDto, request))).preview;
  }

  /**
   * Starts a new batch of the failed days of a batch, or returns the active one if there is one.
   * @param codes retries only days that failed with one of these
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
   * Extends a batch that has not ended to a larger range. The change is durable when the promise resolves.
   * @param by who makes the change
   * @throws {Problem} `BATCH_NOT_FOUND`, `BATCH_STATE`, `BATCH_NOT_EXTENDABLE`, `BATCH_OVERLAPS`, `RANGE_SHRINKS`,
   * `RANGE_REVERSED`, `RANGE_TOO_LARGE`, `VALIDATION_FAILED`
   */
  async extend(batchId: string, range: ExtendRequest, by: string | null = null): Promise<Progress> {
    const body = readInput(ExtendBatchDto, range);
    const { progress } = orProblem(await this.extensions.extend(batchId, body, by));
    return inLanguage(progress, this.language);
  }

  /**
   * The newest progress of a batch.
   * @throws {Problem} `BATCH_NOT_FOUND`
   */
  async progress(batchId: string): Promise<Progress> {
    return inLanguage(await this.snapshot(batchId), this.language);
  }

  /**
   * Pauses, resumes or cancels a batch. The change is durable when the promise resolves.
   * @param by who makes the change, shown in `last_control`
   * @throws {Problem} `BATCH_NOT_FOUND`, `BATCH_STATE`
   */
  async control(batchId: string, verb: ControlVerb, by: string | null = null): Promise<Progress> {
    const { progress } = orProblem(await this.sync.control(batchId, { verb, by }));
    return inLanguage(progress, this.language);
  }

  /**
   * The days of a batch with their outcomes.
   * @param since the `cursor` of an earlier answer: only days that have changed since
   * @throws {Problem} `BATCH_NOT_FOUND`, `VALIDATION_FAILED`
   */
  async days(batchId: string, since?: string): Promise<BatchDaysDto> {
    return orProblem(await this.sync.days(batchId, since)).page;
  }

  /** Emits the batch, then each change, and completes when the batch ends. Fails with `BATCH_NOT_FOUND`. */
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
