import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const SOURCE_ENTRY = 'daysync/source';

/**
 * Lets a provider's module import `daysync/source` wherever it lies; inside of this package Node finds it by itself.
 * It concerns the whole process: the programs' entries call it, once.
 */
export function serveSourceEntry(): void {
  const { href: url } = pathToFileURL(createRequire(import.meta.url).resolve(SOURCE_ENTRY));
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === SOURCE_ENTRY ? { url, shortCircuit: true } : next(specifier, context),
  });
}
