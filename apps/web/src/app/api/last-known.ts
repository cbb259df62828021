import { linkedSignal, type Resource, type Signal } from '@angular/core';

/** The newest value that a resource ever had: while it asks again, or fails, the page keeps what it shows. */
export function lastKnown<T>(resource: Resource<T | undefined>): Signal<T | undefined> {
  return linkedSignal<T | undefined, T | undefined>({
    source: () => (resource.hasValue() ? resource.value() : undefined),
    computation: (value, previous) => value ?? previous?.value,
  }).asReadonly();
}
