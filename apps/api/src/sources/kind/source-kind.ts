import type { CalendarDay } from '@daysync/progress';
import type { Path, ShapeReader } from '../../config/yaml-document.js';
import type { DaySource } from '../day-source.js';
import type { RowReading } from '../rows/row-reader.js';
import type { NeededColumn } from '../rows/source-columns.js';
import type { KeptRows } from '../unreadable-rows.js';
import type { FingerprintPart } from './fingerprint-part.js';
import type { SourceProbe } from './source-probe.js';

/** What a source may need of its dataset. */
export interface SourceContext {
  /** Of a day: a source that repeats requests by itself counts them. */
  readonly attempts: number;
  /** Days at a time. */
  readonly concurrency: number;
  /** Per attempt. */
  readonly timeoutSeconds: number;
  /** The columns that the dataset needs. */
  readonly columns: readonly NeededColumn[];
  /** How its rows are read. */
  readonly reading: RowReading;
  /** How many rows without a readable day are kept; undefined where they are only listed. */
  readonly kept: KeptRows | undefined;
}

/**
 * A kind of source: all that Daysync has to know of it. `SOURCE_KINDS` in `datasets/file/source-kinds.ts` lists them.
 * @typeParam Config plain data with the key `kind`; frozen
 * @typeParam Ports what the program gives its sources; a kind that needs none leaves it out
 */
export interface SourceDefinition<Config, Ports = object> {
  /**
   * Reads the key `source` of a dataset and reports its errors.
   * @param timeZone the dataset's
   * @returns undefined if it has errors
   */
  read(reader: ShapeReader, value: unknown, path: Path, timeZone: string): Config | undefined;

  /**
   * What decides the rows, for the fingerprint of the dataset, by its keys in the datasets file: paths and addresses as they are
   * written there. Neither the parts of a configuration nor their order may change later.
   */
  deciding(config: Config): readonly FingerprintPart[];

  /** Makes the source. It opens nothing before its first use. */
  open(config: Config, context: SourceContext, ports: Ports): DaySource;

  /** What of the context {@link open} uses: a source stays open across a reload as long as these and its configuration stay the same. */
  uses(context: SourceContext, config: Config): readonly unknown[];

  /** Where the rows of a day come from, as the datasets file says it, without secrets: a file, an address. */
  describeDay(config: Config, day: CalendarDay): string;

  /** Absent for a source that nothing but a sync can reach. */
  readonly probe?: SourceProbe<Config>;
}
