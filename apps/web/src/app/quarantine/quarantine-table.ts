import { Component, inject, input } from '@angular/core';
import type { QuarantinedRow } from '../api/wire';
import { injectQuarantineWords } from '../i18n/quarantine-words';
import { Words } from '../i18n/words';

/** Rows in quarantine, a line each; on a phone a card each. */
@Component({
  selector: 'ds-quarantine-table',
  templateUrl: './quarantine-table.html',
  styleUrl: './quarantine-table.scss',
})
export class QuarantineTable {
  protected readonly t = injectQuarantineWords();
  protected readonly detail = inject(Words).detail;

  readonly rows = input.required<readonly QuarantinedRow[]>();
}
