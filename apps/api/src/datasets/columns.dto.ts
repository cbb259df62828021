import { ApiProperty } from '@nestjs/swagger';
import {
  ApiFlag,
  ApiInstant,
  ApiModel,
  ApiOneOf,
  ApiText,
  NULLABLE,
  OPTIONAL,
} from '../http/openapi/api-properties.js';
import type { RowTest } from '../sources/rows/row-filter.js';
import { COLUMN_TYPE_NAMES, type ColumnType } from '../targets/column-types.js';
import type { Health } from './target-health.js';
import {
  placeOf,
  TARGET_KINDS,
  type Target,
  type TargetColumn,
  type TargetKind,
} from '../targets/target.js';

/** A value as the datasets file has it. */
const ANY_VALUE = {
  ...OPTIONAL,
  nullable: true,
  oneOf: [
    { type: 'string' },
    { type: 'number' },
    { type: 'boolean' },
    { type: 'object', additionalProperties: true },
    { type: 'array', items: {} },
  ],
};

export class TargetColumnDto {
  @ApiText('The name in the target table.', 'temp_max') readonly name: string;
  @ApiText('The name in the source.', 'temp_max') readonly from: string;

  @ApiText('The JSON pointer to a value inside the row, if set.', '/address/city', OPTIONAL)
  readonly pointer?: string;

  @ApiProperty({ ...ANY_VALUE, description: 'The constant of the column, if set.', example: 'eu' })
  readonly value?: unknown;

  @ApiOneOf(COLUMN_TYPE_NAMES, 'The type.', 'real') readonly type: ColumnType;

  @ApiText('How a date or a time is written, if set.', 'dd.MM.yyyy', OPTIONAL)
  readonly format?: string;

  @ApiText('The time zone of times without an offset, with a format.', 'Europe/Berlin', OPTIONAL)
  readonly time_zone?: string;

  @ApiFlag('Whether it may be null.', false) readonly nullable: boolean;

  @ApiProperty({
    ...ANY_VALUE,
    description: 'What stands where the source has no value, if set.',
    example: 0,
  })
  readonly default?: unknown;

  @ApiFlag('Whether white space at both ends is cut, if set.', true, OPTIONAL)
  readonly trim?: boolean;

  @ApiProperty({
    ...OPTIONAL,
    type: Object,
    additionalProperties: true,
    description: 'What replaces values of the source, if set.',
    example: { 1: 'open', 2: 'closed' },
  })
  readonly map?: Readonly<Record<string, unknown>>;
}

/** Whether a target elsewhere could be reached when it was last asked. */
export class TargetHealthDto {
  @ApiInstant('When it was asked.') readonly checked_at: string;
  @ApiText('Why it could not be reached, for programs; null if it could.', null, NULLABLE)
  readonly code: string | null;
  @ApiText('The same for people.', null, NULLABLE) readonly text: string | null;
}

export class TargetDto {
  @ApiOneOf(TARGET_KINDS, 'Where it is: `table` is in Daysync’s own database.', 'table')
  readonly kind: TargetKind;

  @ApiText('The table; of Parquet files, their folder.', 'weather_daily') readonly table: string;

  @ApiText('Where it is, without secrets.', 'weather_daily') readonly place: string;

  @ApiModel(
    TargetHealthDto,
    'Whether a target elsewhere can be reached; null if it was not asked yet, and for a table.',
    null,
    NULLABLE,
  )
  readonly health: TargetHealthDto | null;

  @ApiModel([TargetColumnDto], 'Its columns, besides sync_day.', [])
  readonly columns: readonly TargetColumnDto[];
}

const listOfTexts = (description: string, example: readonly string[]): PropertyDecorator =>
  ApiProperty({ ...OPTIONAL, type: [String], description, example });

/** A column or a pointer, and one test of its value as it is written in the source. */
export class RowTestDto {
  @ApiText('The name in the source.', 'region', OPTIONAL) readonly column?: string;

  @ApiText('The JSON pointer to a value inside the row.', '/properties/type', OPTIONAL)
  readonly pointer?: string;

  @ApiText('The value that it has to be.', 'north', OPTIONAL) readonly equals?: string;
  @listOfTexts('The values of which it has to be one.', ['north', 'south']) readonly in?: string[];
  @listOfTexts('The values that it may not be.', ['test']) readonly not_in?: string[];

  @ApiText('What it has to begin with.', 'DE', OPTIONAL) readonly starts_with?: string;
}

export function showTarget(target: Target, health: Health | null): TargetDto {
  const { table, columns, place } = target;
  return {
    kind: place?.kind ?? 'table',
    ...{ table, place: placeOf(target), columns: columns.map(showColumn) },
    health: health && {
      checked_at: health.checkedAt,
      code: health.error?.code ?? null,
      text: health.error?.text ?? null,
    },
  };
}

function showColumn({ timeZone, renamedFrom: _name, ...column }: TargetColumn): TargetColumnDto {
  return { ...column, ...(timeZone === undefined ? {} : { time_zone: timeZone }) };
}

export function showRowTest({ from, pointer, test, values }: RowTest): RowTestDto {
  const [first = ''] = values;
  const isList = test === 'in' || test === 'not_in';
  return {
    ...(pointer === undefined ? { column: from } : { pointer }),
    [test]: isList ? values : first,
  };
}
