import { resolve } from 'node:path';
import { IsOptional } from 'class-validator';
import { Expected, ExpectedOneOf, ExpectedText } from '../../config/expectation.js';
import { isMapping } from '../dataset-shape.js';
import type { ShapeReader } from '../shape-reader.js';
import { writtenEntries, type Path } from '../yaml-document.js';

/** Rows that the user's own code yields. */
export interface ProviderSourceConfig {
  readonly kind: 'provider';
  /** The module's file, absolute. */
  readonly module: string;
  /** As the datasets file writes it; what people are shown. */
  readonly writtenModule: string;
  /** What the provider is made with. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The options as the datasets file writes them, `${NAME}` and all; what people are shown. */
  readonly writtenOptions: Readonly<Record<string, unknown>>;
}

class ProviderSourceShape {
  static readonly keys = ['kind', 'module', 'options'];

  @ExpectedOneOf(['provider'])
  kind!: 'provider';

  @ExpectedText(4_096)
  module!: string;

  @IsOptional()
  @Expected('a mapping', isMapping, { value: { type: 'object' } })
  options?: Readonly<Record<string, unknown>>;
}

/** Reads a source of the kind `provider`; what is wrong with it is told. */
export function readProviderSource(
  reader: ShapeReader,
  value: unknown,
  path: Path,
): ProviderSourceConfig | undefined {
  const shape = reader.shape(ProviderSourceShape, value, path);
  if (shape === undefined || typeof shape.module !== 'string') return undefined;
  const options = shape.options ?? {};
  const { document } = reader;
  return {
    kind: 'provider',
    module: resolve(reader.folder, shape.module),
    writtenModule: document.placeOf([...path, 'module']).written ?? shape.module,
    options,
    writtenOptions: isMapping(options)
      ? writtenEntries(document, [...path, 'options'], options)
      : {},
  };
}
