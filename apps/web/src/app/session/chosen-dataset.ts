import { DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { unlessRefused } from '../storage/unless-refused';

const KEY = 'daysync.dataset';

/**
 * The dataset that the user chose last, on any page and in earlier visits. Pages that need a dataset open with it,
 * unless their address names one.
 */
@Injectable({ providedIn: 'root' })
export class ChosenDataset {
  private readonly view = inject(DOCUMENT).defaultView ?? window;
  private readonly chosen = signal(this.stored());

  /** Its name; it may have left the datasets file since. */
  readonly name = this.chosen.asReadonly();

  choose(name: string): void {
    if (name === this.chosen()) return;
    this.chosen.set(name);
    unlessRefused(() => this.view.localStorage.setItem(KEY, name));
  }

  /** The chosen dataset of these, or else the first one. */
  among<T extends { readonly name: string }>(datasets: readonly T[]): T | undefined {
    return datasets.find(({ name }) => name === this.chosen()) ?? datasets[0];
  }

  private stored(): string | undefined {
    return unlessRefused(() => this.view.localStorage.getItem(KEY)) ?? undefined;
  }
}
