import {
  afterNextRender,
  Component,
  computed,
  DestroyRef,
  DOCUMENT,
  inject,
  input,
  linkedSignal,
  signal,
  untracked,
} from '@angular/core';
import { describeProgress, languageOf, type Language } from '@daysync/progress';
import { injectProgress } from '@daysync/progress/angular';

/** The live progress of a batch. Its colours are CSS variables, such as `--daysync-success`. */
@Component({
  selector: 'app-daysync-progress',
  templateUrl: './daysync-progress.html',
  styleUrl: './daysync-progress.css',
})
export class DaysyncProgress {
  /** The `task_id` of the batch. */
  readonly taskId = input.required<string>();
  /** `en` or `zh`; by default the language of the page. */
  readonly language = input<Language>(languageOf(inject(DOCUMENT).documentElement.lang));

  protected readonly batch = injectProgress(this.taskId);
  private readonly now = signal(performance.now());
  private readonly changedAt = linkedSignal({
    source: () => this.batch.progress()?.rev,
    computation: () => untracked(this.now),
  });
  /** All texts and widths of the template. */
  protected readonly view = computed(() =>
    describeProgress(
      { progress: this.batch.progress(), update: this.batch.update() },
      { language: this.language(), sinceMs: this.now() - this.changedAt() },
    ),
  );

  constructor() {
    const destroyRef = inject(DestroyRef);
    // The time left counts down between two answers; not while a page is rendered on a server.
    afterNextRender(() => {
      const ticking = setInterval(() => this.now.set(performance.now()), 1_000);
      destroyRef.onDestroy(() => clearInterval(ticking));
    });
  }
}
