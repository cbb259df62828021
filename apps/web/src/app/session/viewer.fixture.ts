import type { Provider } from '@angular/core';
import { signal } from '@angular/core';
import { Session } from './session';

/** A reader who may only look. */
export function provideViewer(): Provider {
  const viewer: Pick<Session, 'name' | 'isViewer'> = {
    name: signal('ben'),
    isViewer: signal(true),
  };
  return { provide: Session, useValue: viewer };
}
