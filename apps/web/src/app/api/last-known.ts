import { computed, linkedSignal, type Resource, type Signal } from '@angular/core';

/** The newest value of a resource, which stays while the resource reloads or fails. */
export function lastKnown<T>(resource: Resource<T | undefined>): Signal<T | undefined> {
  return lastKnownOf(resource, () => undefined);
}

/** The same for a value that belongs to a `key`: with another key it starts undefined. */
export function lastKnownOf<T>(
  resource: Resource<T | undefined>,
  key: () => unknown,
): Signal<T | undefined> {
  interface KeyedValue {
    readonly key: unknown;
    readonly value: T | undefined;
  }
  const newest = linkedSignal<KeyedValue, KeyedValue>({
    source: () => ({ key: key(), value: resource.hasValue() ? resource.value() : undefined }),
    computation: (now, before) =>
      now.value === undefined && before !== undefined && before.value.key === now.key
        ? before.value
        : now,
  });
  return computed(() => newest().value);
}
