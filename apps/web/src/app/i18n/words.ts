import { inject, Injectable } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { TranslocoService } from '@jsverse/transloco';
import type { Language } from '@daysync/progress';
import { clockTime, instantText, minuteText } from '../time/instant';
import { localeOf } from './locale';
import { numberText } from './number-text';
import type { WordKey } from './zh';

export type WordParams = Readonly<Record<string, string | number>>;

/** A word key with its parameters. */
export interface Phrase {
  readonly key: WordKey;
  readonly params: WordParams;
}

/** Lines whose every character is fixed. */
const VERBATIM: readonly WordKey[] = ['progress.count', 'progress.tally'];

/** The words in the current language; in a template or `computed` they follow a change of it. */
@Injectable({ providedIn: 'root' })
export class Words {
  private readonly transloco = inject(TranslocoService);
  private readonly lang = toSignal(this.transloco.langChanges$, { requireSync: true });

  readonly language = (): Language => (this.lang() === 'en' ? 'en' : 'zh');

  /** Numbers among the parameters are written as {@link number} does. */
  readonly t = (key: WordKey, params: WordParams = {}): string => {
    const written = VERBATIM.includes(key) ? params : this.written(params);
    return this.transloco.translate(key, written, this.lang());
  };

  readonly say = ({ key, params }: Phrase): string => this.t(key, params);

  /** The words of a key from the server, or `fallback` for an unknown key. */
  readonly known = (key: string, fallback: string): string =>
    key in this.transloco.getTranslation(this.lang()) ? this.t(key as WordKey) : fallback;

  /** A number as the reader writes it: `12,345`. */
  readonly number = (value: number): string => numberText(value, this.locale());

  /** Date and time in the reader's zone, with the zone. */
  readonly instant = (instant: string): string => instantText(instant, { locale: this.locale() });

  /** Date and time to the minute in a zone that is written beside it. */
  readonly minute = (instant: string, timeZone: string | undefined): string =>
    minuteText(instant, { locale: this.locale(), timeZone });

  /** The time of the day, with the zone. */
  readonly clock = (instant: string): string => clockTime(instant, { locale: this.locale() });

  private locale(): string {
    return localeOf(this.language());
  }

  private written(params: WordParams): WordParams {
    const entries = Object.entries(params);
    if (entries.every(([, value]) => typeof value === 'string')) return params;
    return Object.fromEntries(
      entries.map(([name, value]) => [
        name,
        typeof value === 'string' ? value : this.number(value),
      ]),
    );
  }
}
