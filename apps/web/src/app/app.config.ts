import { provideHttpClient, withInterceptors } from '@angular/common/http';
import {
  ErrorHandler,
  provideBrowserGlobalErrorListeners,
  provideZonelessChangeDetection,
  type ApplicationConfig,
} from '@angular/core';
import {
  provideRouter,
  TitleStrategy,
  withComponentInputBinding,
  withInMemoryScrolling,
  withNavigationErrorHandler,
} from '@angular/router';
import { routes } from './app.routes';
import { askInLanguage } from './i18n/language-choice';
import { provideWords } from './i18n/provide-words';
import { loginWhenNeeded } from './session/login-when-needed';
import { PageTitles } from './i18n/tab-title';
import { openLater, ReportedErrors } from './late-parts';
import { observeConnection } from './live/connection';
import { observeServerTime } from './time/server-clock';

export const appConfig: ApplicationConfig = {
  providers: [
    provideZonelessChangeDetection(),
    provideBrowserGlobalErrorListeners(),
    provideRouter(
      routes,
      withComponentInputBinding(),
      withInMemoryScrolling({ anchorScrolling: 'enabled' }),
      withNavigationErrorHandler(openLater),
    ),
    provideHttpClient(
      withInterceptors([askInLanguage, observeServerTime, observeConnection, loginWhenNeeded]),
    ),
    provideWords(),
    { provide: TitleStrategy, useClass: PageTitles },
    { provide: ErrorHandler, useClass: ReportedErrors },
  ],
};
