import type { Provider } from '@angular/core';
import { signal } from '@angular/core';
import { Session } from './session';

/** A user with the role viewer. */
export function provideViewer(): Provider {
  const viewer: Pick<Session, 'name' | 'isViewer' | 'isSignedOut'> = {
    name: signal('ben'),
    isViewer: signal(true),
    isSignedOut: signal(false),
  };
  return { provide: Session, useValue: viewer };
}
