import { computed, inject, type Signal } from '@angular/core';
import { problemOf, type FieldProblem, type RequestProblem } from '../api/problem';
import { Words, type WordParams } from './words';

type Say = Pick<Words, 't' | 'known'>;

/** One sentence that tells a person what went wrong. */
export function problemSentence(problem: RequestProblem, words: Say): string {
  const fallback = problem.detail ?? words.t('error.UNKNOWN');
  const sentence = words.known(`error.${problem.code}`, fallback);
  if (problem.limit !== null && problem.code === 'RANGE_TOO_LARGE') {
    return words.t('error.limit', { sentence, limit: problem.limit });
  }
  const unexplained = problem.code === 'INTERNAL' || problem.code === 'UNKNOWN';
  return unexplained && problem.requestId !== null
    ? words.t('error.with_request', { sentence, id: problem.requestId })
    : sentence;
}

/** Why what is read could not be read the last time; called where there is an injector. */
export function injectProblem(
  read: () => { readonly error: Signal<Error | undefined> },
): Signal<string | undefined> {
  const words = inject(Words);
  return computed(() => {
    const error = read().error();
    return error && problemSentence(problemOf(error), words);
  });
}

/** What is wrong with one field, by its name on the page where it has one. */
export function fieldSentence(problem: FieldProblem, words: Say): string {
  const name = problem.pointer.replace(/^[#/]+/, '');
  const params: WordParams = {
    field: words.known(`start.${name}`, name),
    expected: problem.expected,
    received: problem.received,
  };
  return words.t('error.field', params);
}
