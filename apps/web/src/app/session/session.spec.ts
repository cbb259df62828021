import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideTestApp } from '../i18n/test-words';
import { Session } from './session';

const URL = '/api/v1/sync-status/session';
const answer = (data: object): object => ({ status: 'success', data });

describe('Session', () => {
  let session: Session;
  let http: HttpTestingController;
  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideTestApp()] });
    session = TestBed.inject(Session);
    http = TestBed.inject(HttpTestingController);
  });
  afterEach(() => http.verify());

  it('assumes an operator without a name until the server says who it is', () => {
    expect([session.name(), session.isViewer()]).toEqual([null, false]);
    session.load().subscribe();
    http.expectOne(URL).flush(answer({ login_needed: true, name: 'ben', role: 'viewer' }));
    expect([session.name(), session.isViewer()]).toEqual(['ben', true]);
  });
});
