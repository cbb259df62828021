import { Component } from '@angular/core';
import { Announcer } from './announcer';
import { ProgressBanner } from './progress-banner';

/** What every page says of the active batch. */
@Component({
  selector: 'ds-live-foot',
  imports: [Announcer, ProgressBanner],
  template: `
    <ds-progress-banner />
    <ds-announcer />
  `,
})
export class LiveFoot {}
