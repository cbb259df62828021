import { Injectable } from '@angular/core';
import { DefaultTranspiler, type TranspileParams } from '@jsverse/transloco';

/** `{count|day|days}`: the first form where `count` is 1, else the second. */
const FORMS = /\{(\w+)\|([^|{}]*)\|([^|{}]*)\}/g;

/** The text with the forms that its numbers ask for. What it is filled with is not looked at. */
export function withForms(text: string, params: Readonly<Record<string, unknown>>): string {
  return text.replace(FORMS, (_, name: string, one: string, more: string) =>
    String(params[name]) === '1' ? one : more,
  );
}

/** Chooses the forms that numbers ask for, then fills in. */
@Injectable()
export class FormsTranspiler extends DefaultTranspiler {
  override transpile(asked: TranspileParams): unknown {
    const { value, params = {} } = asked;
    if (typeof value !== 'string') return super.transpile(asked);
    return super.transpile({ ...asked, value: withForms(value, params) });
  }
}
