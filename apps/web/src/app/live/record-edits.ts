import { computed, inject, Injectable, signal, type Signal } from '@angular/core';

/** Counts the changes of days that were made here without a batch: a day accepted, marked as not expected, or expected again. */
@Injectable({ providedIn: 'root' })
export class RecordEdits {
  private readonly edits = signal(0);
  readonly count = this.edits.asReadonly();

  note(): void {
    this.edits.update((count) => count + 1);
  }
}

/** A key that changes with another one, and with each change that was made here; `undefined` while the other one is. */
export function injectWithEdits(key: Signal<string | undefined>): Signal<string | undefined> {
  const { count } = inject(RecordEdits);
  return computed(() => {
    const known = key();
    return known === undefined ? undefined : `${known} ${count()}`;
  });
}
