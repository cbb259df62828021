import { HttpClient } from '@angular/common/http';
import { computed, inject, Injectable, signal } from '@angular/core';
import { map, tap, type Observable } from 'rxjs';
import { API, type Envelope } from '../api/wire';

/** Who the server takes the reader for. */
export interface Who {
  readonly login_needed: boolean;
  /** Null where no login is needed. */
  readonly name: string | null;
  readonly role: 'viewer' | 'operator';
}

/** Who reads this console, as far as the server has told. */
@Injectable({ providedIn: 'root' })
export class Session {
  private readonly http = inject(HttpClient);
  private readonly told = signal<Who | undefined>(undefined);
  private readonly out = signal(false);

  /** Whether the server knows the reader no more: until the next login nothing else is answered. */
  readonly isOut = this.out.asReadonly();

  /** The reader's name, where there is a session to end. */
  readonly name = computed(() => this.told()?.name ?? null);
  /** Whether the reader may only look. Until the server has told, they are taken for who may act: it knows. */
  readonly isViewer = computed(() => this.told()?.role === 'viewer');

  /** Asks who reads. */
  ask(): Observable<Who> {
    return this.knowing(this.http.get<Envelope<Who>>(`${API}/session`));
  }

  /** Begins a session with a token, which is kept nowhere here. */
  begin(token: string): Observable<Who> {
    return this.knowing(this.http.post<Envelope<Who>>(`${API}/session`, { token }));
  }

  /** Ends the session. */
  end(): Observable<unknown> {
    return this.http.delete(`${API}/session`).pipe(tap(() => this.forget()));
  }

  /** The server knows the reader no more. */
  forget(): void {
    this.told.set(undefined);
    this.out.set(true);
  }

  private knowing(answer: Observable<Envelope<Who>>): Observable<Who> {
    return answer.pipe(
      map(({ data }) => data),
      tap((who) => {
        this.told.set(who);
        this.out.set(false);
      }),
    );
  }
}
