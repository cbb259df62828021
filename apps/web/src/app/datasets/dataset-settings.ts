import { Clipboard } from '@angular/cdk/clipboard';
import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import type { Dataset } from '../api/wire';
import { injectDatasetWords } from '../i18n/dataset-words';
import { Words } from '../i18n/words';
import { columnKeys, sourceFacts, syncFacts, type Fact } from './dataset-facts';

/** How a dataset is set up: its source, its columns, and its entry in the datasets file. */
@Component({
  selector: 'ds-dataset-settings',
  imports: [MatButtonModule],
  templateUrl: './dataset-settings.html',
  styleUrl: './dataset-settings.scss',
})
export class DatasetSettings {
  private readonly words = inject(Words);
  private readonly clipboard = inject(Clipboard);
  protected readonly t = injectDatasetWords();

  readonly dataset = input.required<Dataset>();
  readonly yaml = input.required<string | null>();

  protected readonly facts = computed(() =>
    [...sourceFacts(this.dataset().source), ...syncFacts(this.dataset())].map(
      ({ name, value }) => ({
        name: this.t(name),
        value: this.say(value),
        isCode: typeof value === 'string',
      }),
    ),
  );
  /** What came of the last click on the button that copies. */
  protected readonly copied = linkedSignal<string | null, boolean | undefined>({
    source: this.yaml,
    computation: () => undefined,
  });
  protected readonly columnKeys = columnKeys;

  protected copy(yaml: string): void {
    this.copied.set(this.clipboard.copy(yaml));
  }

  protected asText(value: unknown): string {
    return JSON.stringify(value);
  }

  private say(value: Fact['value']): string {
    if (typeof value === 'string') return value;
    const { key, params, time } = value;
    const spoken = time === undefined ? {} : { time: this.words.say(time) };
    return this.t(key, { ...params, ...spoken });
  }
}
