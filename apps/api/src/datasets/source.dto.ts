import { ApiProperty } from '@nestjs/swagger';

export class ProviderSourceDto {
  @ApiProperty({ enum: ['provider'], description: 'The kind of the source.', example: 'provider' })
  readonly kind: 'provider';

  @ApiProperty({
    type: String,
    description: 'The module, as the datasets file writes it.',
    example: './sources/trades.ts',
  })
  readonly module: string;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'What the provider is made with; what comes from the environment by its name.',
    example: { region: 'eu', key: '${TRADES_KEY}' },
  })
  readonly options: Readonly<Record<string, unknown>>;
}
