import { AsyncLocalStorage } from 'node:async_hooks';

const requestIds = new AsyncLocalStorage<string | undefined>();

/** Runs what belongs to a request: each log line that comes of it has its id. */
export function inRequest(id: string, work: () => void): void {
  requestIds.run(id, work);
}

/** Runs what goes on after the request that began it, and is no part of it. */
export function outsideRequests(work: () => void): void {
  requestIds.run(undefined, work);
}

/** The id of the request that this is part of. */
export function currentRequestId(): string | undefined {
  return requestIds.getStore();
}
