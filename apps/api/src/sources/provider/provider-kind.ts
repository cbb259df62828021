import { part, sorted } from '../kind/fingerprint-part.js';
import type { SourceDefinition } from '../kind/source-kind.js';
import { readProviderSource, type ProviderSourceConfig } from './provider-config.js';
import { ProviderSource } from './provider-source.js';
import type { StrayReport } from './provider-thread-handle.js';
import { ThreadedProviderSource } from './threaded-provider-source.js';

export interface ProviderPorts {
  /**
   * Receives what concerns no day of a provider. With it, the modules of providers run in threads, and their rows come
   * converted.
   */
  readonly stray?: StrayReport;
}

export const PROVIDER_KIND: SourceDefinition<ProviderSourceConfig, ProviderPorts> = {
  read: readProviderSource,
  deciding: (config) =>
    // The name of a class says nothing of its rows, and a minifier changes it.
    'given' in config
      ? []
      : [part('module', config.writtenModule), part('options', sorted(config.writtenOptions))],
  open: (config, { reading }, { stray }) =>
    stray !== undefined && !('given' in config) && config.thread
      ? new ThreadedProviderSource(config, reading, stray)
      : new ProviderSource(config),
  uses: ({ reading }) => [reading],
  describeDay: ({ writtenModule }) => writtenModule,
};
