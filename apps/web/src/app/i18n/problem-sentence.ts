import { computed, inject, type Signal } from '@angular/core';
import { problemOf, type FieldProblem, type RequestProblem } from '../api/problem';
import { Words, type WordParams } from './words';

type Say = Pick<Words, 't' | 'known'>;

/** One sentence about a problem. */
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

/** The sentence about the last error of a read request. */
export function injectProblem(
  read: () => { readonly error: Signal<Error | undefined> },
): Signal<string | undefined> {
  const words = inject(Words);
  return computed(() => {
    const error = read().error();
    return error && problemSentence(problemOf(error), words);
  });
}

/** A sentence about one field, with its label if the page has one. */
export function fieldSentence(problem: FieldProblem, words: Say): string {
  const name = problem.pointer.replace(/^[#/]+/, '');
  const params: WordParams = {
    field: words.known(`start.${name}`, name),
    expected: problem.expected,
    received: problem.received,
  };
  return words.t('error.field', params);
}
