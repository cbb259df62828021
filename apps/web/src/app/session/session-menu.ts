import { Component, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import { problemOf } from '../api/problem';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { Session } from './session';

/** The user's name and the sign-out button; empty if no login is needed. */
@Component({
  selector: 'ds-session-menu',
  template: `
    @if (session.name(); as name) {
      <span class="ds-quiet" [attr.title]="t('session.who', { name })">
        <span class="ds-unseen">{{ t('session.who', { name }) }}</span>
        <span class="name" aria-hidden="true">{{ name }}</span>
      </span>
      <button class="ds-text-button" type="button" (click)="signOut()">
        {{ t('session.end') }}
      </button>
    }
    <span role="alert" [class.ds-unseen]="failure() === ''">{{ failure() }}</span>
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      gap: 4px;
      white-space: nowrap;
    }
    // Without tokens there is no menu, and no gap before it.
    :host(:not(:has(button))) {
      display: none;
    }
    .name {
      display: block;
      max-width: 16ch;
      overflow: hidden;
      text-overflow: ellipsis;
    }
    @media (max-width: 480px) {
      .name {
        display: none;
      }
    }
  `,
})
export class SessionMenu {
  private readonly router = inject(Router);
  private readonly words = inject(Words);
  protected readonly session = inject(Session);
  protected readonly t = this.words.t;
  protected readonly failure = signal('');

  constructor() {
    // A refusal leads to the login page; if the server is unreachable, the page says so.
    this.session.load().subscribe({ error: () => undefined });
  }

  protected signOut(): void {
    this.failure.set('');
    this.session.signOut().subscribe({
      next: () => void this.router.navigateByUrl('/login'),
      error: (error: unknown) => {
        const reason = problemSentence(problemOf(error), this.words);
        this.failure.set(this.t('session.end_failed', { reason }));
      },
    });
  }
}
