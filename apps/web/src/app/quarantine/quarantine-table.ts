import { Component, inject, input } from '@angular/core';
import type { QuarantinedRow } from '../api/wire';
import { BatchNames } from '../design/batch-names';
import { injectQuarantineWords } from '../i18n/quarantine-words';
import { injectDetail } from '../i18n/detail';

/** Rows in quarantine, a line each; on a phone a card each. */
@Component({
  selector: 'ds-quarantine-table',
  templateUrl: './quarantine-table.html',
  styleUrl: './quarantine-table.scss',
})
export class QuarantineTable {
  protected readonly t = injectQuarantineWords();
  protected readonly names = inject(BatchNames);
  protected readonly detail = injectDetail();

  readonly rows = input.required<readonly QuarantinedRow[]>();
}
