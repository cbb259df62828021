import { Injectable } from '@angular/core';
import { DefaultTranspiler, type TranspileParams } from '@jsverse/transloco';
import { withForms } from './number-forms';

/** Chooses the forms that numbers ask for, then fills in. */
@Injectable()
export class FormsTranspiler extends DefaultTranspiler {
  override transpile(asked: TranspileParams): unknown {
    const { value, params = {} } = asked;
    if (typeof value !== 'string') return super.transpile(asked);
    return super.transpile({ ...asked, value: withForms(value, params) });
  }
}
