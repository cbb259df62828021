import { Injectable, signal } from '@angular/core';

/** Counts the days that were accepted here: their records have changed without a batch. */
@Injectable({ providedIn: 'root' })
export class Acceptances {
  readonly count = signal(0);
}
