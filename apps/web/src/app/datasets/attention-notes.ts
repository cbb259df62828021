import { Component, computed, inject, input } from '@angular/core';
import { RouterLink, type Params } from '@angular/router';
import type { Dataset } from '../api/wire';
import { injectDatasetWords } from '../i18n/dataset-words';
import { Words } from '../i18n/words';
import { attentionNotes, type AttentionNote } from './attention';

/** What of a dataset needs a person, with links to the pages that show it. */
@Component({
  selector: 'ds-attention-notes',
  imports: [RouterLink],
  template: `
    @for (note of notes(); track note.kind) {
      @if (note.link; as link) {
        <a [routerLink]="link.path" [queryParams]="link.query" [attr.aria-label]="note.name">{{
          note.text
        }}</a>
      } @else {
        <span>{{ note.text }}</span>
      }
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      gap: 0 12px;
    }
    a {
      display: inline-block;
      min-height: 24px;
      color: inherit;
    }
  `,
})
export class AttentionNotes {
  private readonly words = inject(Words);
  private readonly t = injectDatasetWords();

  readonly dataset = input.required<Dataset>();

  protected readonly notes = computed(() => {
    const dataset = this.dataset();
    const title = dataset.title[this.words.language()];
    return attentionNotes(dataset).map(({ kind, count }) => {
      const text = this.t(`datasets.attention_${kind}`, { count: this.words.number(count) });
      return { kind, text, name: `${text}: ${title}`, link: linkOf(kind, dataset.name) };
    });
  });
}

function linkOf(
  kind: AttentionNote['kind'],
  dataset: string,
): { readonly path: string; readonly query: Params } | undefined {
  switch (kind) {
    case 'unusual':
      return { path: '/records', query: { dataset, unusual: 'true' } };
    case 'quarantined':
      return { path: '/quarantine', query: { dataset } };
    case 'uncovered':
      return { path: '/calendar', query: { dataset } };
    case 'drifted':
      return undefined;
  }
}
