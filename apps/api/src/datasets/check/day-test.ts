import type { CalendarDay } from '@daysync/progress';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { redactText, shortenText } from '../../config/redact.js';
import { describeReceived } from '../../config/received.js';
import { followPointer, parsePointer } from '../../sources/json-pointer.js';
import type { SourceRow } from '../../sources/day-source.js';
import { writeJson } from '../../targets/exact-json.js';
import { DatasetCatalog, unknownDataset, type UnknownDataset } from '../dataset-catalog.js';
import type { Dataset } from '../file/dataset.js';
import { DayTestDto, type MisfitDto, type TestedColumnDto } from './day-test.dto.js';
import { tryDay, type ColumnTrial, type DayTrial } from './day-trial.js';

const MOST_COLUMNS = 100;
const MOST_CHARACTERS = 200;

/** Fetches days without writing them. */
@Injectable()
export class DayTest implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor(private readonly catalog: DatasetCatalog) {}

  /** The process stops: its tests end. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /**
   * Ends at the dataset's `timeout_seconds`.
   * @param left aborts when the caller is gone: nothing is fetched any more
   */
  async run(
    name: string,
    day: CalendarDay,
    left: AbortSignal,
  ): Promise<
    | { readonly kind: 'tested'; readonly test: DayTestDto }
    /** The caller has left, or the process stops. */
    | { readonly kind: 'stopped' }
    | UnknownDataset
  > {
    const dataset = this.catalog.get(name);
    if (dataset === undefined) return unknownDataset(this.catalog, name);
    const over = AbortSignal.any([left, this.stopping.signal]);
    try {
      const trial = await this.catalog.use(dataset, (source) => tryDay(dataset, source, day, over));
      return { kind: 'tested', test: describeTrial(dataset, day, trial) };
    } catch (error) {
      if (over.aborted) return { kind: 'stopped' };
      throw error;
    }
  }
}

function describeTrial(dataset: Dataset, day: CalendarDay, trial: DayTrial): DayTestDto {
  const redact = (text: string): string => redactText(text, dataset.variables);
  const { failure, misfitCount, misfits } = trial;
  const columns = trial.columns.slice(0, MOST_COLUMNS);
  return {
    ...{ dataset: dataset.name, day, rows: trial.rowCount, left_out: trial.leftOutCount },
    fits: misfitCount === 0 && failure === null,
    columns: columns.map(describeColumn),
    first_rows: trial.firstRows.map((row) => ({
      row: row.row,
      values: columns.map((column, index) => {
        const value = valueOf(row, column, index);
        return value === undefined ? null : redact(shortenText(textOf(value), MOST_CHARACTERS));
      }),
    })),
    misfits: misfits.flatMap(({ column, misfits: reasons }) =>
      reasons.map(({ code, text, count, row }): MisfitDto => ({
        ...{ column, code, text: redact(text), count, row: row ?? null },
      })),
    ),
    misfit_count: misfitCount,
    failure: failure === null ? null : { code: failure.code, text: redact(failure.message) },
  };
}

function describeColumn({ inferred, source, target }: ColumnTrial): TestedColumnDto {
  return { source, inferred, name: target?.name ?? null, type: target?.type ?? null };
}

/** Undefined where the row has no such value, or the column is a constant. */
function valueOf({ converted, values }: SourceRow, column: ColumnTrial, index: number): unknown {
  const { source, target } = column;
  // The columns of the target come first, in its order.
  if (converted !== undefined) return converted[index] ?? undefined;
  if (source === null) return undefined;
  if (target?.pointer === undefined) return values[source];
  const pointed = followPointer(values, parsePointer(target.pointer) ?? []);
  return pointed.kind === 'value' ? pointed.value : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (writeJson(value) ?? describeReceived(value));
}
