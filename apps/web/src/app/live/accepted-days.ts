import { Injectable, signal } from '@angular/core';

/** Counts the days that were accepted here: their records have changed without a batch. */
@Injectable({ providedIn: 'root' })
export class AcceptedDays {
  readonly count = signal(0);
}
