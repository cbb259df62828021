import type { WebhookEndpoint } from './webhook-endpoint.js';

/** The configured endpoints. A reload of the datasets file replaces all of them at once. */
export class ConfiguredEndpoints {
  private readonly listeners: (() => void)[] = [];

  constructor(private endpoints: readonly WebhookEndpoint[]) {}

  /** In the file's order. */
  list(): readonly WebhookEndpoint[] {
    return this.endpoints;
  }

  replace(endpoints: readonly WebhookEndpoint[]): void {
    this.endpoints = endpoints;
    for (const listener of this.listeners) listener();
  }

  /** Calls `listener` after each {@link replace}. */
  onReplaced(listener: () => void): void {
    this.listeners.push(listener);
  }
}
