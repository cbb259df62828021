import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { CLOCK, type Clock } from '../config/clock.js';
import { APP_CONFIG, type AppConfig } from '../config/environment.js';
import { API_PATH } from '../http/pipeline/paths.js';
import { rateLimited } from '../http/pipeline/rate-limit.guard.js';
import { callerOf, countedAs } from '../http/pipeline/caller.js';
import type { PreRoute } from '../http/pipeline/pre-router.js';
import { preferredLanguage } from '../http/input/language.js';
import { CallerRateLimiter } from '../http/pipeline/caller-rate-limiter.js';
import { LOGGER } from '../logging/logger.js';
import { Metrics, type PollAnswerLabel } from '../metrics/metrics.js';
import { LiveView } from '../batches/live-view.js';
import { EndedBatches } from '../batches/store/ended-batches.js';
import { ProgressAnswers, writeProgress } from './progress-answers.js';

/** The id of a batch follows. */
const PROGRESS_PATH = `/${API_PATH}/sync/batch/progress/`;
/** The rest of the URL of a poll; a longer path is that of the event stream. */
const POLL = /^[^/?]+\/?(?:\?|$)/;
const A_SECOND = 1_000;

/**
 * Limits and counts polls of a batch's progress, and answers those of batches in memory before Express. The controller
 * answers all others in the same way.
 */
@Injectable()
export class PollRoute implements PreRoute {
  private readonly limiter: CallerRateLimiter;
  private readonly counted: Readonly<Record<PollAnswerLabel, { inc(): void }>>;

  constructor(
    private readonly live: LiveView,
    private readonly ended: EndedBatches,
    private readonly answers: ProgressAnswers,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(APP_CONFIG) config: AppConfig,
    { polls }: Metrics,
  ) {
    // Created once, for thousands of polls a second.
    this.counted = {
      new: polls.labels({ answer: 'new' }),
      unchanged: polls.labels({ answer: 'unchanged' }),
      limited: polls.labels({ answer: 'limited' }),
      passed_on: polls.labels({ answer: 'passed_on' }),
    };
    this.limiter = new CallerRateLimiter(config.limitPolls, A_SECOND);
  }

  /** @throws {Problem} `RATE_LIMITED` */
  handle(request: IncomingMessage, response: ServerResponse, headers: readonly string[]): boolean {
    const { method, url = '' } = request;
    if (!url.startsWith(PROGRESS_PATH)) return false;
    const batchId = url.slice(PROGRESS_PATH.length);
    const isPoll = method === 'GET' && POLL.test(batchId);
    this.countCall(request, isPoll);
    // At level debug each request is logged, which happens behind Express.
    const short = isPoll && !this.logger.isLevelEnabled('debug');
    const progress = short ? (this.live.peek(batchId) ?? this.ended.cached(batchId)) : undefined;
    if (progress === undefined) {
      if (isPoll) this.counted.passed_on.inc();
      return false;
    }
    const language = preferredLanguage(request.headers['accept-language']);
    writeProgress(request, response, this.answers.of(progress, language), headers);
    this.counted[response.statusCode === 304 ? 'unchanged' : 'new'].inc();
    return true;
  }

  private countCall(request: IncomingMessage, isPoll: boolean): void {
    const waitMs = this.limiter.take(countedAs(callerOf(request)), this.clock.monotonic());
    if (waitMs === 0) return;
    if (isPoll) this.counted.limited.inc();
    throw rateLimited('polls a second', this.limiter.limit, waitMs);
  }
}
