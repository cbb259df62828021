import { ApiProperty } from '@nestjs/swagger';

export class SqlSourceDto {
  @ApiProperty({ enum: ['sql'], description: 'The kind of the source.', example: 'sql' })
  readonly kind: 'sql';

  @ApiProperty({
    type: String,
    description: 'The database, as the datasets file writes it.',
    example: '${WAREHOUSE_URL}',
  })
  readonly url: string;

  @ApiProperty({
    type: String,
    description: 'What is asked for each day.',
    example: 'select * from trades where day = :day',
  })
  readonly query: string;
}
