import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { SourceError } from '../day-source.js';
import type { DayProvider } from '../source-api.js';
import type {
  GivenProviderConfig,
  ProviderClass,
  ProviderModuleConfig,
  ProviderSourceConfig,
} from './provider-config.js';
import { describeValueOf, statedFailure, thrownText } from './provider-failure.js';

const SOURCE_ENTRY = 'daysync/source';
/** The same file in the manifest of each package that has this code. */
const OWN_SOURCE_ENTRY = '#source';

/**
 * Lets a provider's module import `daysync/source` wherever it lies. It concerns the whole process: the programs' entries
 * call it, once.
 */
export function serveSourceEntry(): void {
  const { href: url } = pathToFileURL(createRequire(import.meta.url).resolve(OWN_SOURCE_ENTRY));
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === SOURCE_ENTRY ? { url, shortCircuit: true } : next(specifier, context),
  });
}

/**
 * Loads the module and gives its default export.
 * @param load how often it has been tried, this time included
 * @throws {SourceError} source-wide: `PROVIDER_UNUSABLE`
 */
export async function loadProvider(
  config: Pick<ProviderModuleConfig, 'module' | 'writtenModule'>,
  load: number,
): Promise<ProviderClass> {
  const url = pathToFileURL(config.module);
  // Node keeps what came of an address, an error too.
  if (load > 1) url.searchParams.set('load', String(load));
  let made: unknown;
  try {
    // A module may export a `then`: its import gives anything.
    ({ default: made } = (await import(url.href)) as { readonly default?: unknown });
  } catch (error) {
    throw unusable(
      `expected ${config.writtenModule} to be a module that loads, got ${loadText(error, config)}`,
      error,
    );
  }
  if (typeof made !== 'function') {
    throw unusable(
      `expected the default export of ${config.writtenModule} to be a class, got ${describeValueOf(made)}`,
    );
  }
  return made as ProviderClass;
}

/**
 * Makes a provider of its class.
 * @throws {SourceError} source-wide `PROVIDER_UNUSABLE`, or what the constructor says itself
 */
export function createProvider(
  Class: ProviderClass,
  { writtenModule, options }: Pick<ProviderSourceConfig, 'writtenModule' | 'options'>,
): DayProvider {
  let provider: { readonly fetchDay?: unknown };
  let fetchDay: unknown;
  try {
    provider = new Class(options);
    ({ fetchDay } = provider);
  } catch (error) {
    throw (
      statedFailure(error) ??
      unusable(
        `expected the class of ${writtenModule} to make a provider, got ${thrownText(error)}`,
        error,
      )
    );
  }
  if (typeof fetchDay !== 'function') {
    throw unusable(
      `expected the provider of ${writtenModule} to have a method fetchDay, got ${describeValueOf(fetchDay)}`,
    );
  }
  return provider as DayProvider;
}

/**
 * The provider that stands in code, or what its class makes.
 * @throws {SourceError} as {@link createProvider}
 */
export function takeProvider(config: GivenProviderConfig): DayProvider {
  const given = config.given();
  return typeof given === 'function' ? createProvider(given, config) : given;
}

/** An error that no day of the dataset gets past. */
export function unusable(message: string, cause?: unknown): SourceError {
  return new SourceError('source_wide', 'PROVIDER_UNUSABLE', message, {}, { cause });
}

/** Node's text, with the module as the datasets file writes it and without where the API itself lies. */
function loadText(
  error: unknown,
  { module, writtenModule }: Pick<ProviderModuleConfig, 'module' | 'writtenModule'>,
): string {
  const text = thrownText(error).replace(` imported from ${import.meta.filename}`, '');
  return text.replaceAll(module, writtenModule);
}
