import {
  Component,
  computed,
  DestroyRef,
  ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { FormControl, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { RouterLink } from '@angular/router';
import { countDays, type DayRange } from '@daysync/progress';
import { problemOf, type RequestProblem } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import { injectOwnFocus } from '../design/own-focus';
import { problemSentence } from '../i18n/problem-sentence';
import { injectDayWords } from '../i18n/day-words';
import { Words } from '../i18n/words';
import { RecordEdits } from '../live/record-edits';

/** The most characters that the server takes. */
const MOST_REASON = 500;

/** Asks why the missing days of a range are not expected, and marks them. */
@Component({
  selector: 'ds-settle-form',
  imports: [MatButtonModule, MatFormFieldModule, MatInputModule, ReactiveFormsModule, RouterLink],
  template: `
    <form
      [attr.aria-label]="heading()"
      (submit)="settle($event)"
      (keydown.escape)="discard($event)"
      novalidate
    >
      <p class="heading">{{ heading() }}</p>
      <p class="ds-quiet">{{ t('settle.hint') }}</p>
      <mat-form-field appearance="outline" subscriptSizing="dynamic">
        <mat-label>{{ t('settle.reason') }}</mat-label>
        <textarea
          #field
          matInput
          rows="2"
          required
          [attr.maxlength]="mostReason"
          [formControl]="reason"
        ></textarea>
        @if (reason.hasError('required')) {
          <mat-error>{{ t('settle.reason_required') }}</mat-error>
        }
      </mat-form-field>
      <div class="buttons">
        <button matButton="filled" type="submit" disabledInteractive [disabled]="isSending()">
          {{ t('settle.submit') }}
        </button>
        <button matButton type="button" (click)="close()">{{ t('settle.discard') }}</button>
      </div>
      <div role="alert">
        @if (refused(); as text) {
          <p class="ds-message failed">
            {{ text }}
            @if (problem()?.batchId; as batch) {
              <a [routerLink]="['/batches', batch]">{{ t('settle.batch') }}</a>
            }
          </p>
        }
      </div>
    </form>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }
    form {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 8px;
      line-height: 1.5;
    }
    .heading {
      font-size: 15px;
      font-weight: 500;
    }
    mat-form-field {
      max-inline-size: 640px;
      // The label lies on the edge.
      margin-block-start: 4px;
    }
    .buttons {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
    }
    [role='alert']:empty {
      position: absolute;
    }
    a {
      color: inherit;
    }
  `,
})
export class SettleForm {
  private readonly api = inject(SyncApi);
  private readonly edits = inject(RecordEdits);
  private readonly words = inject(Words);
  private readonly destroyRef = inject(DestroyRef);
  protected readonly t = injectDayWords();
  protected readonly mostReason = MOST_REASON;

  readonly dataset = input.required<string>();
  readonly range = input.required<DayRange>();
  /** The number of days that are marked now. */
  readonly settled = output<number>();
  /** The user is done here. */
  readonly closed = output();

  private readonly field = viewChild.required<ElementRef<HTMLTextAreaElement>>('field');
  protected readonly reason = new FormControl('', {
    nonNullable: true,
    validators: Validators.required,
  });
  protected readonly isSending = signal(false);
  protected readonly problem = signal<RequestProblem | undefined>(undefined);
  protected readonly refused = computed(() => {
    const problem = this.problem();
    return problem && this.t('settle.refused', { reason: problemSentence(problem, this.words) });
  });
  protected readonly heading = computed(() => {
    const { start_date: first, end_date: last } = this.range();
    const count = countDays(first, last);
    return count === 1
      ? this.t('settle.heading_day', { day: first })
      : this.t('settle.heading', { first, last, count });
  });

  constructor() {
    injectOwnFocus(this.field);
  }

  protected settle(event: Event): void {
    event.preventDefault();
    if (this.isSending()) return;
    const reason = this.reason.value.trim();
    if (reason === '') {
      this.reason.setValue('');
      this.reason.markAsTouched();
      this.field().nativeElement.focus();
      return;
    }
    this.isSending.set(true);
    this.problem.set(undefined);
    const { start_date, end_date } = this.range();
    // Without its answer the request has an effect too: it is never broken off, and the pages read the days again.
    this.api.settleDays(this.dataset(), { start_date, end_date, reason }).subscribe({
      next: ({ days }) => {
        this.edits.note();
        if (this.destroyRef.destroyed) return;
        this.settled.emit(days);
        this.closed.emit();
      },
      error: (error: unknown) => {
        this.edits.note();
        if (this.destroyRef.destroyed) return;
        this.isSending.set(false);
        this.problem.set(problemOf(error));
      },
    });
  }

  /** Escape closes this, and nothing around it. To an input method it belongs while that composes a text. */
  protected discard(event: Event): void {
    event.stopPropagation();
    if ((event as KeyboardEvent).isComposing) return;
    event.preventDefault();
    this.close();
  }

  protected close(): void {
    if (!this.isSending()) this.closed.emit();
  }
}
