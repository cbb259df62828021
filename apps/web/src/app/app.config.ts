import { provideHttpClient, withInterceptors } from '@angular/common/http';
import {
  provideBrowserGlobalErrorListeners,
  provideZonelessChangeDetection,
  type ApplicationConfig,
} from '@angular/core';
import {
  provideRouter,
  TitleStrategy,
  withComponentInputBinding,
  withNavigationErrorHandler,
} from '@angular/router';
import { routes } from './app.routes';
import { askInLanguage } from './i18n/language-choice';
import { provideWords } from './i18n/provide-words';
import { loginWhenNeeded } from './session/login-when-needed';
import { PageTitles } from './i18n/tab-title';
import { reloadForNewBuild } from './new-build';
import { observeServerTime } from './time/server-clock';

export const appConfig: ApplicationConfig = {
  providers: [
    provideZonelessChangeDetection(),
    provideBrowserGlobalErrorListeners(),
    provideRouter(
      routes,
      withComponentInputBinding(),
      withNavigationErrorHandler(reloadForNewBuild),
    ),
    provideHttpClient(withInterceptors([askInLanguage, observeServerTime, loginWhenNeeded])),
    provideWords(),
    { provide: TitleStrategy, useClass: PageTitles },
  ],
};
