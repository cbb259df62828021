import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Language, Progress } from '@daysync/progress';
import { entityOf, writeEntity, type Entity } from '../http/pipeline/entity.js';
import { inLanguage } from '../batches/batch-progress.js';

/** A progress in one language, serialized. */
export interface ProgressAnswer extends Entity {
  /** The progress without the envelope, which is in `body`. */
  readonly json: string;
}

/**
 * Serializes each change of a progress once per language, for any number of polls. A snapshot is immutable, so it is the
 * key, and its answers are garbage-collected with it.
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
 * @param headers further headers: name, value, name, value
 */
export function writeProgress(
  request: IncomingMessage,
  response: ServerResponse,
  answer: ProgressAnswer,
  headers: readonly string[] = [],
): void {
  writeEntity(request, response, answer, [...headers, 'vary', 'Accept-Language']);
}
