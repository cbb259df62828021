import type { Provider } from '@angular/core';
import { signal } from '@angular/core';
import { Session } from './session';

/** A reader who may only look. */
export function provideViewer(): Provider {
  const viewer: Pick<Session, 'name' | 'isViewer' | 'isOut'> = {
    name: signal('ben'),
    isViewer: signal(true),
    isOut: signal(false),
  };
  return { provide: Session, useValue: viewer };
}
