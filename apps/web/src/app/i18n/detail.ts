import { inject } from '@angular/core';
import { errorDetail } from './error-detail';
import { Words } from './words';

/** Says the detail of a day's error, which the server writes in English, in the language of the page. */
export function injectDetail(): (text: string) => string {
  const { language } = inject(Words);
  return (text) => errorDetail(text, language());
}
