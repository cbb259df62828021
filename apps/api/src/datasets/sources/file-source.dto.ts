import { ApiProperty } from '@nestjs/swagger';
import { ROW_FORMATS, type RowFormat } from './formats/read-format.js';

/** One CSV file that holds all days. */
export class CsvSourceDto {
  @ApiProperty({ enum: ['csv'], description: 'The kind of the source.', example: 'csv' })
  readonly kind: 'csv';

  @ApiProperty({
    type: String,
    description: 'The file, as the datasets file writes it.',
    example: 'data/weather.csv',
  })
  readonly path: string;

  @ApiProperty({
    type: String,
    description: 'The column that has the day of a row.',
    example: 'date',
  })
  readonly day_column: string;
}

/** One file a day. */
export class DayFilesDto {
  @ApiProperty({ enum: ROW_FORMATS, description: 'The kind of the source.', example: 'json' })
  readonly kind: RowFormat;

  @ApiProperty({
    type: String,
    description: 'The path with placeholders for the day, as the datasets file writes it.',
    example: 'events-{day}.json',
  })
  readonly path: string;

  @ApiProperty({
    type: String,
    description: 'Where in a JSON file the list of rows is; empty where it is the whole file.',
    example: '/items',
  })
  readonly rows: string;
}
