import { beforeEach, describe, expect, it } from 'vitest';
import { HttpErrorResponse } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { NEVER, Observable, of, throwError } from 'rxjs';
import { RANDOM_ID } from '../time/random';
import { SendOnce } from './send-once';

const refused = (status: number): Observable<never> =>
  throwError(() => new HttpErrorResponse({ status }));

describe('SendOnce', () => {
  let once: SendOnce;
  /** What went out: `asked body key`. */
  let sent: string[];

  beforeEach(() => {
    let made = 0;
    sent = [];
    TestBed.configureTestingModule({
      providers: [{ provide: RANDOM_ID, useValue: () => `key ${(made += 1)}` }],
    });
    once = TestBed.inject(SendOnce);
  });

  function send(asked: string, body: string, answer: () => Observable<unknown>): void {
    const request = (key: string): Observable<unknown> =>
      new Observable((subscriber) => {
        sent.push(`${asked} ${body} ${key}`);
        return answer().subscribe(subscriber);
      });
    const sending = once.send(asked, request).subscribe({ error: () => undefined });
    sending.unsubscribe();
  }

  it('has a new key for each request that is answered', () => {
    send('a', '1', () => of('done'));
    send('a', '1', () => of('done'));
    send('a', '1', () => refused(409));
    send('a', '1', () => of('done'));
    expect(sent).toEqual(['a 1 key 1', 'a 1 key 2', 'a 1 key 3', 'a 1 key 4']);
  });

  it.each([0, 408, 500, 502, 503])('sends the very same again after %i', (status) => {
    send('a', '1', () => refused(status));
    send('a', '2', () => of('done'));
    expect(sent).toEqual(['a 1 key 1', 'a 1 key 1']);
  });

  it('does so for a page that was left before the answer', () => {
    send('a', '1', () => NEVER);
    send('a', '2', () => of('done'));
    expect(sent).toEqual(['a 1 key 1', 'a 1 key 1']);
  });

  it('never lends a key to something else, and remembers what was asked before it', () => {
    send('a', '1', () => refused(0));
    send('b', '1', () => refused(0));
    send('a', '2', () => of('done'));
    send('b', '2', () => of('done'));
    expect(sent).toEqual(['a 1 key 1', 'b 1 key 2', 'a 1 key 1', 'b 1 key 2']);
  });
});
