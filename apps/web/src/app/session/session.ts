import { HttpClient } from '@angular/common/http';
import { computed, inject, Injectable, signal } from '@angular/core';
import { map, tap, type Observable } from 'rxjs';
import { API, type Envelope } from '../api/wire';

/** The user as the server sees them. */
interface SessionUser {
  readonly login_needed: boolean;
  /** Null if no login is needed. */
  readonly name: string | null;
  readonly role: 'viewer' | 'operator';
}

/** The user of this console. */
@Injectable({ providedIn: 'root' })
export class Session {
  private readonly http = inject(HttpClient);
  private readonly user = signal<SessionUser | undefined>(undefined);
  private readonly signedOut = signal(false);

  /** Whether the server has ended the session: all requests fail until the next login. */
  readonly isSignedOut = this.signedOut.asReadonly();

  /** The user's name, if there is a session to end. */
  readonly name = computed(() => this.user()?.name ?? null);
  /** Whether the user may not change anything. Until the first answer it is false: the server checks anyway. */
  readonly isViewer = computed(() => this.user()?.role === 'viewer');

  /** Loads the user. */
  load(): Observable<SessionUser> {
    return this.apply(this.http.get<Envelope<SessionUser>>(`${API}/session`));
  }

  /** Signs in with a token, which is stored nowhere. */
  signIn(token: string): Observable<SessionUser> {
    return this.apply(this.http.post<Envelope<SessionUser>>(`${API}/session`, { token }));
  }

  signOut(): Observable<unknown> {
    return this.http.delete(`${API}/session`).pipe(tap(() => this.forget()));
  }

  /** Marks the session as ended by the server. */
  forget(): void {
    this.user.set(undefined);
    this.signedOut.set(true);
  }

  private apply(answer: Observable<Envelope<SessionUser>>): Observable<SessionUser> {
    return answer.pipe(
      map(({ data }) => data),
      tap((user) => {
        this.user.set(user);
        this.signedOut.set(false);
      }),
    );
  }
}
