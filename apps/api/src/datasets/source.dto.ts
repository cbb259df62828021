import { ApiProperty } from '@nestjs/swagger';
import { ApiOneOf, ApiText } from '../http/api-properties.js';

export class ProviderSourceDto {
  @ApiOneOf(['provider'], 'The kind of the source.', 'provider') readonly kind: 'provider';

  @ApiText('The module, as the datasets file writes it.', './sources/trades.ts')
  readonly module: string;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'What the provider is made with; what comes from the environment by its name.',
    example: { region: 'eu', key: '${TRADES_KEY}' },
  })
  readonly options: Readonly<Record<string, unknown>>;
}
