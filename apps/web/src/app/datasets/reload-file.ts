import { Component, computed, DestroyRef, inject, input, output, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButtonModule } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { problemOf, type RequestProblem } from '../api/problem';
import { SyncApi } from '../api/sync-api';
import type { DatasetsFile, Reloaded } from '../api/wire';
import { injectDatasetWords } from '../i18n/dataset-words';
import { problemSentence } from '../i18n/problem-sentence';
import { Words } from '../i18n/words';
import { Session } from '../session/session';

/** The version of the datasets file, and a button that takes in a changed one. */
@Component({
  selector: 'ds-reload-file',
  imports: [MatButtonModule, RouterLink],
  template: `
    <div class="bar">
      <p class="ds-quiet">{{ t('reload.version', { version: file().version }) }}</p>
      @if (!isViewer()) {
        <button
          matButton="outlined"
          type="button"
          disabledInteractive
          [disabled]="isSending()"
          [attr.aria-busy]="isSending()"
          (click)="reload()"
        >
          {{ t('reload.button') }}
        </button>
      }
    </div>
    <!-- They are there before their messages: screen readers announce what changes in them. -->
    <div role="status">
      @if (isChanged()) {
        <p class="ds-message warning">{{ t('reload.on_disk') }}</p>
      }
      @if (file().newer; as newer) {
        <div class="ds-message failed">
          <p>{{ t('reload.newer', { version: newer.version }) }}</p>
          @for (line of newer.errors; track $index) {
            <p class="line">{{ line }}</p>
          }
        </div>
      }
      @if (reloaded(); as done) {
        <div class="ds-message">
          <p>{{ t(done.is_new ? 'reload.done' : 'reload.same') }}</p>
          @for (line of changes(); track $index) {
            <p>{{ line }}</p>
          }
          @for (line of details(); track $index) {
            <p class="line">{{ line }}</p>
          }
        </div>
      }
    </div>
    <div role="alert">
      @if (refusal(); as refused) {
        <div class="ds-message failed">
          <p>
            {{ sentence() }}
            @if (refused.batchId; as batch) {
              <a [routerLink]="['/batches', batch]">{{ t('dataset.run_batch') }}</a>
            }
          </p>
          @for (line of refused.lines; track $index) {
            <p class="line">{{ line }}</p>
          }
        </div>
      }
    </div>
  `,
  styles: `
    :host,
    [role] {
      display: grid;
      gap: 8px;
    }
    [role]:empty {
      position: absolute;
    }
    .bar {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: 8px 16px;
    }
    .line {
      overflow-wrap: anywhere;
      font: 13px/20px var(--ds-font-mono);
    }
  `,
})
export class ReloadFile {
  private readonly api = inject(SyncApi);
  private readonly words = inject(Words);
  private readonly destroyRef = inject(DestroyRef);
  protected readonly t = injectDatasetWords();
  protected readonly isViewer = inject(Session).isViewer;

  readonly file = input.required<DatasetsFile>();
  /** Another file is in use. */
  readonly replaced = output();

  protected readonly isSending = signal(false);
  protected readonly refusal = signal<RequestProblem | undefined>(undefined);
  protected readonly reloaded = signal<Reloaded | undefined>(undefined);

  /** Whether the file on the server’s disk waits to be taken in. */
  protected readonly isChanged = computed(() => {
    const { on_disk, version } = this.file();
    return on_disk !== null && on_disk !== version;
  });
  protected readonly sentence = computed(() => {
    const refusal = this.refusal();
    return refusal && problemSentence(refusal, this.words);
  });
  protected readonly changes = computed(() => {
    const reloaded = this.reloaded();
    if (reloaded === undefined) return [];
    const { datasets, webhooks } = reloaded;
    return [...this.linesOf(datasets), ...this.linesOf(webhooks)];
  });
  protected readonly details = computed(() => {
    const reloaded = this.reloaded();
    return reloaded === undefined ? [] : [...reloaded.effects, ...reloaded.warnings];
  });

  protected reload(): void {
    if (this.isSending()) return;
    this.isSending.set(true);
    this.refusal.set(undefined);
    this.reloaded.set(undefined);
    this.api
      .reloadDatasets()
      .pipe(takeUntilDestroyed(this.destroyRef))
      .subscribe({
        next: (reloaded) => {
          this.isSending.set(false);
          this.reloaded.set(reloaded);
          this.replaced.emit();
        },
        error: (error: unknown) => {
          this.isSending.set(false);
          this.refusal.set(problemOf(error));
        },
      });
  }

  private linesOf({ added, changed, removed }: Reloaded['datasets']): readonly string[] {
    return [
      ...added.map((name) => this.t('reload.added', { name })),
      ...removed.map((name) => this.t('reload.removed', { name })),
      ...changed.map(({ keys, name }) =>
        this.t('reload.changed', { name, keys: keys.join(this.t('preview.and')) }),
      ),
    ];
  }
}
