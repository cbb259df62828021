import { Component, DestroyRef, inject, input, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { FormControl, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { Router } from '@angular/router';
import { problemOf } from '../api/problem';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { wayBack } from './login-when-needed';
import { Session } from './session';

/** Signs in with a token. */
@Component({
  selector: 'ds-login-page',
  imports: [MatButtonModule, MatFormFieldModule, MatInputModule, ReactiveFormsModule],
  template: `
    <form class="ds-card" (submit)="submit($event, field)" novalidate>
      <h1>{{ t('login.heading') }}</h1>
      <p class="ds-quiet">{{ t('login.text') }}</p>
      <mat-form-field appearance="outline" subscriptSizing="dynamic">
        <mat-label>{{ t('login.token') }}</mat-label>
        <input
          #field
          matInput
          type="password"
          name="token"
          autocomplete="current-password"
          autocapitalize="none"
          spellcheck="false"
          required
          [formControl]="token"
        />
        @if (token.hasError('required')) {
          <mat-error>{{ t('login.token_required') }}</mat-error>
        } @else if (token.hasError('wrong')) {
          <mat-error>{{ t('login.wrong') }}</mat-error>
        }
      </mat-form-field>
      <button matButton="filled" type="submit" disabledInteractive [disabled]="isSubmitting()">
        {{ isSubmitting() ? t('login.submitting') : t('login.submit') }}
      </button>
      <div role="alert">
        @if (failure(); as text) {
          <p class="ds-message failed">{{ text }}</p>
        }
      </div>
    </form>
  `,
  styles: `
    form {
      display: grid;
      gap: 16px;
      max-width: 400px;
      margin: 8vh auto 0;
      padding: 28px;
    }
    [role='alert']:empty {
      position: absolute;
    }
  `,
})
export class LoginPage {
  private readonly session = inject(Session);
  private readonly router = inject(Router);
  private readonly words = inject(Words);
  private readonly destroyRef = inject(DestroyRef);
  protected readonly t = this.words.t;

  /** The address to return to. */
  readonly back = input<string>();

  protected readonly token = new FormControl('', {
    nonNullable: true,
    validators: Validators.required,
  });
  protected readonly isSubmitting = signal(false);
  protected readonly failure = signal<string | undefined>(undefined);

  protected submit(event: Event, field: HTMLInputElement): void {
    event.preventDefault();
    this.token.markAsTouched();
    const token = this.token.value.trim();
    if (this.isSubmitting()) return;
    if (token === '') {
      this.token.setValue('');
      field.focus();
      return;
    }
    this.isSubmitting.set(true);
    this.failure.set(undefined);
    this.session
      .signIn(token)
      .pipe(takeUntilDestroyed(this.destroyRef))
      .subscribe({
        next: () => void this.router.navigateByUrl(wayBack(this.back()), { replaceUrl: true }),
        error: (error: unknown) => {
          this.isSubmitting.set(false);
          const problem = problemOf(error);
          // The field itself says that its token is wrong, until the reader changes it.
          if (problem.code === 'UNAUTHENTICATED') this.token.setErrors({ wrong: true });
          else this.failure.set(problemSentence(problem, this.words));
          field.focus();
          field.select();
        },
      });
  }
}
