import { resolve } from 'node:path';
import {
  Expected,
  ExpectedFlag,
  ExpectedOneOf,
  ExpectedText,
  OptionalOrNull,
  isMapping,
} from '../../config/expectation.js';
import { type ShapeReader, writtenEntries, type Path } from '../../config/yaml-document.js';
import { pathKind } from '../file/path-kind.js';
import type { DayProvider } from '../source-api.js';
import { VALUE_KEYS } from '../values/value-dialect.js';

/** What makes a provider. Only the type says so: each answer of what it makes is checked. */
export type ProviderClass = new (options: Readonly<Record<string, unknown>>) => DayProvider;

/** A provider that stands in code, or its class. */
type GivenProvider = DayProvider | ProviderClass;

interface AnyProviderConfig {
  readonly kind: 'provider';
  /** What people are shown: the module as the datasets file writes it, or the name of the class in code. */
  readonly writtenModule: string;
  /** What the provider is made with. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The options as the datasets file writes them, `${NAME}` and all; what people are shown. */
  readonly writtenOptions: Readonly<Record<string, unknown>>;
}

/** Rows that a module of the user's yields. */
export interface ProviderModuleConfig extends AnyProviderConfig {
  /** The module's file, absolute. */
  readonly module: string;
  /** Whether each day that is being fetched has a thread of its own. */
  readonly thread: boolean;
}

/** Rows that a provider of the app yields which Daysync is part of. */
export interface GivenProviderConfig extends AnyProviderConfig {
  /** Gives the provider; by a function, since all that is configured is frozen, and a provider is not ours. */
  readonly given: () => GivenProvider;
}

/** Rows that the user's own code yields. */
export type ProviderSourceConfig = ProviderModuleConfig | GivenProviderConfig;

/** Its own code knows how values are written. */
const REFUSED = Object.fromEntries(
  VALUE_KEYS.map((key) => [key, 'a provider that yields numbers, true, false and null by itself']),
);

class GivenProviderShape {
  static readonly keys = ['kind', 'provider'];
  static readonly refused = REFUSED;

  @ExpectedOneOf(['provider']) kind!: 'provider';
  provider!: unknown;
}

class ProviderSourceShape {
  static readonly keys = ['kind', 'module', 'options', 'thread'];
  static readonly refused = REFUSED;

  @ExpectedOneOf(['provider']) kind!: 'provider';
  @ExpectedText(4_096) module!: string;

  @OptionalOrNull(Expected('a mapping', isMapping, { value: { type: 'object' } }))
  options?: Readonly<Record<string, unknown>>;

  @OptionalOrNull(ExpectedFlag()) thread?: boolean;
}

/** Reads a source of the kind `provider` and reports its errors. */
export function readProviderSource(
  reader: ShapeReader,
  value: unknown,
  path: Path,
): ProviderSourceConfig | undefined {
  if (reader.providers !== undefined && isMapping(value) && 'provider' in value) {
    return readGivenProvider(reader, reader.providers, value, path);
  }
  const shape = reader.shape(ProviderSourceShape, value, path);
  if (shape === undefined || typeof shape.module !== 'string') return undefined;
  const options = shape.options ?? {};
  const { document } = reader;
  const module = resolve(reader.folder, shape.module);
  checkModule(reader, module, shape.module, [...path, 'module']);
  return {
    kind: 'provider',
    module,
    writtenModule: document.placeOf([...path, 'module']).written ?? shape.module,
    options,
    thread: shape.thread ?? true,
    writtenOptions: isMapping(options)
      ? writtenEntries(document, [...path, 'options'], options)
      : {},
  };
}

/** The module is code, which does not come later as data may. */
function checkModule(reader: ShapeReader, module: string, given: string, path: Path): void {
  // Its rule has reported an empty one.
  if (given === '' || reader.isUnset(path)) return;
  const kind = pathKind(module);
  if (kind === 'file' || kind === 'unknown') return;
  const at = reader.writtenAt(path) ?? module;
  const came = kind === 'none' ? `nothing at ${at}` : `a folder or a device at ${at}`;
  reader.reportReceived(path, 'the file of a module, its path relative to the datasets file', came);
}

/** Reads one that stands in code; what is written of it is its key among those. */
function readGivenProvider(
  reader: ShapeReader,
  providers: ReadonlyMap<unknown, unknown>,
  value: unknown,
  path: Path,
): GivenProviderConfig | undefined {
  const shape = reader.shape(GivenProviderShape, value, path);
  if (shape === undefined) return undefined;
  const came = providers.has(shape.provider) ? providers.get(shape.provider) : shape.provider;
  if (!isProvider(came)) {
    reader.report(
      [...path, 'provider'],
      'an object with a method fetchDay, or a class of such objects',
      came,
    );
    return undefined;
  }
  return {
    kind: 'provider',
    given: () => came,
    writtenModule: typeof came === 'function' ? came.name : came.constructor.name,
    options: {},
    writtenOptions: {},
  };
}

function isProvider(value: unknown): value is GivenProvider {
  // What a class makes is looked at once it is made.
  if (typeof value === 'function') return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    'fetchDay' in value &&
    typeof value.fetchDay === 'function'
  );
}
