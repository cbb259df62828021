import type { HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { LANGUAGE_TAGS } from './language-choice';
import { Words } from './words';

/** Asks the server in the language of the page, which need not be the browser's. */
export const askInLanguage: HttpInterceptorFn = (request, next) => {
  const { language } = inject(Words);
  return next(request.clone({ setHeaders: { 'Accept-Language': LANGUAGE_TAGS[language()] } }));
};
