import { HttpErrorResponse, type HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { Router } from '@angular/router';
import { tap } from 'rxjs';
import { Session } from './session';

const LOGIN = '/login';

/** After a 401, shows the login page, which returns to the current address. */
export const loginWhenNeeded: HttpInterceptorFn = (request, next) => {
  const router = inject(Router);
  const session = inject(Session);
  return next(request).pipe(
    tap({
      error: (error: unknown) => {
        if (!(error instanceof HttpErrorResponse) || error.status !== 401) return;
        session.forget();
        // Several requests can be refused at once, the first of them before there is a page.
        const here = router.currentNavigation()?.extractedUrl.toString() ?? router.url;
        if (isLogin(here)) return;
        void router.navigate([LOGIN], { queryParams: { back: here }, replaceUrl: true });
      },
    }),
  );
};

/** The address after a login: always a page of this console, against open redirects. */
export function wayBack(back: string | undefined): string {
  return back !== undefined && /^\/(?![/\\])/.test(back) && !isLogin(back) ? back : '/';
}

function isLogin(url: string): boolean {
  return url === LOGIN || url.startsWith(`${LOGIN}?`);
}
