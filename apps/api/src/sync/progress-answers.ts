import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Language, Progress } from '@daysync/progress';
import { entityOf, writeEntity, type Entity } from '../http/pipeline/entity.js';
import { inLanguage } from '../batches/batch-progress.js';

/** A progress in one language, as it goes over the wire. */
export interface ProgressAnswer extends Entity {
  /** The progress as JSON, without the envelope that `body` has. */
  readonly json: string;
}

/**
 * Serializes progress once a change and language, however many ask for it. A snapshot is immutable, so it is itself
 * the key: what no longer is anybody's newest takes its answers with it.
 */
@Injectable()
export class ProgressAnswers {
  private readonly made: Readonly<Record<Language, WeakMap<Progress, ProgressAnswer>>> = {
    zh: new WeakMap(),
    en: new WeakMap(),
  };

  of(progress: Progress, language: Language): ProgressAnswer {
    const made = this.made[language];
    const before = made.get(progress);
    if (before !== undefined) return before;
    const json = JSON.stringify(inLanguage(progress, language));
    const answer = { json, ...entityOf(`{"status":"success","data":${json}}`) };
    made.set(progress, answer);
    return answer;
  }
}

/**
 * Answers a request for a progress.
 * @param headers more of them, name and value in turn
 */
export function writeProgress(
  request: IncomingMessage,
  response: ServerResponse,
  answer: ProgressAnswer,
  headers: readonly string[] = [],
): void {
  writeEntity(request, response, answer, [...headers, 'vary', 'Accept-Language']);
}
