import { Component, inject, input } from '@angular/core';
import type { QuarantinedRow } from '../api/wire';
import { Words } from '../i18n/words';

/** Rows in quarantine, a line each; on a phone a card each. */
@Component({
  selector: 'ds-quarantine-table',
  templateUrl: './quarantine-table.html',
  styleUrl: './quarantine-table.scss',
})
export class QuarantineTable {
  private readonly words = inject(Words);
  protected readonly t = this.words.t;
  protected readonly detail = this.words.detail;

  readonly rows = input.required<readonly QuarantinedRow[]>();
}
