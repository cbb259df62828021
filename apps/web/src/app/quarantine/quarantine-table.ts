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
  private readonly detail = injectDetail();
  protected readonly names = inject(BatchNames);

  readonly rows = input.required<readonly QuarantinedRow[]>();

  /** The error without the number of the row, which has a column of its own. */
  protected error({ text }: QuarantinedRow): string {
    return this.detail(text.replace(/^row \d+(?:, |: )/, ''));
  }
}
