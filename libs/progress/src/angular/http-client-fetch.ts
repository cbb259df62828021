import { HttpErrorResponse, type HttpClient, type HttpResponse } from '@angular/common/http';
import { EmptyError, firstValueFrom, fromEvent, takeUntil } from 'rxjs';
import type { FetchProgressOptions, ProgressResponse } from '../fetch-progress.js';

/**
 * Angular's `HttpClient` as the `fetch` of `fetchProgress`: interceptors and `HttpTestingController` see its requests.
 * As with the platform's `fetch`, it rejects without an answer from the server, and an abort cancels the request.
 */
export function httpClientFetch(http: HttpClient): NonNullable<FetchProgressOptions['fetch']> {
  return async (url, { headers, signal }) => {
    signal.throwIfAborted();
    const request = http.get<unknown>(url, { headers, observe: 'response' });
    try {
      const response = await firstValueFrom(request.pipe(takeUntil(fromEvent(signal, 'abort'))));
      return responseOf(response, response.body);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof EmptyError) {
        throw new TypeError(`expected an answer to GET ${url}, got none`, { cause: error });
      }
      // Without a status there was no answer.
      if (!(error instanceof HttpErrorResponse) || error.status === 0) throw error;
      return responseOf(error, error.error);
    }
  };
}

function responseOf(
  { status, headers }: HttpResponse<unknown> | HttpErrorResponse,
  body: unknown,
): ProgressResponse {
  return { status, headers, json: () => Promise.resolve(body) };
}
