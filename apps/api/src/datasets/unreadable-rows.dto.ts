import {
  ApiCount,
  ApiInstantOrNull,
  ApiModel,
  ApiOneOf,
  ApiPositive,
  ApiText,
} from '../http/openapi/api-properties.js';
import { PageDto } from '../http/input/page.dto.js';

const CODES = ['SOURCE_DAY_UNREADABLE'] as const;
const COUNT = 'All of them. Of each file, only the first 200 are listed.';
const QUARANTINED = 'How many of them are in quarantine; 0 where `on_bad_row` is `fail`.';
const FOUND_AT = 'When they were found first; null without any.';

/** A row of a file that belongs to no day, because its day can't be read. */
export class UnreadableRowDto {
  @ApiText(
    'The file, as written in the datasets file; of several files the file that has it, and of an answer with pages the page.',
    'data/weather.csv',
  )
  readonly file: string;

  @ApiPositive('The row of that file, starting at 1 after the header.', 1462)
  readonly row: number;

  @ApiText('The column with the day.', 'date') readonly column: string;
  @ApiOneOf(CODES, 'For programs.', 'SOURCE_DAY_UNREADABLE')
  readonly code: (typeof CODES)[number];

  @ApiText(
    'The expected and the received value.',
    'row 1462, column "date": expected a date written yyyy-MM-dd, got "total"',
  )
  readonly text: string;

  @ApiText('The first 200 characters of the row.', 'total,,4026.4,,,') readonly content: string;
}

/** The unreadable rows of a dataset's files, each as it was read last. */
export class UnreadableRowsDto {
  @ApiCount(COUNT, 0) readonly count: number;
  @ApiCount(QUARANTINED, 0) readonly quarantined: number;
  @ApiInstantOrNull(FOUND_AT, null) readonly found_at: string | null;
  @ApiModel([UnreadableRowDto], 'The first five.', []) readonly items: readonly UnreadableRowDto[];
}

export class UnreadableRowPageDto extends PageDto {
  @ApiCount(COUNT, 0) readonly count: number;
  @ApiCount(QUARANTINED, 0) readonly quarantined: number;
  @ApiInstantOrNull(FOUND_AT, null) readonly found_at: string | null;

  @ApiModel([UnreadableRowDto], 'The first 200 of each file, in the order of the files.', [])
  readonly items: readonly UnreadableRowDto[];
}
