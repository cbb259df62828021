import { ApiProperty } from '@nestjs/swagger';
import { ApiFlag, ApiModel, ApiText } from '../http/openapi/api-properties.js';

const texts = (description: string, example: readonly string[]): PropertyDecorator =>
  ApiProperty({ type: [String], description, example });

export class ChangedEntryDto {
  @ApiText('The name.', 'weather') readonly name: string;
  @texts('The keys of the file that have changed.', ['throttle', 'target.columns.price'])
  readonly keys: readonly string[];
}

export class ListChangesDto {
  @texts('The names that are new.', ['orders']) readonly added: readonly string[];
  @texts('The names that are gone.', []) readonly removed: readonly string[];

  @ApiModel([ChangedEntryDto], 'Those that have changed.', [
    { name: 'weather', keys: ['throttle'] },
  ])
  readonly changed: readonly ChangedEntryDto[];
}

const NOTHING = { added: [], removed: [], changed: [] };

export class ReloadDto {
  @ApiText('The version that is in use now: a hash of the text of the file.', '3f9c2a71d04be856')
  readonly version: string;

  @ApiFlag(
    'Whether it is another one than before, or has other datasets with the environment of this process.',
    true,
  )
  readonly is_new: boolean;

  @ApiModel(ListChangesDto, 'What has changed in the datasets.', NOTHING)
  readonly datasets: ListChangesDto;

  @ApiModel(ListChangesDto, 'What has changed in the webhooks.', NOTHING)
  readonly webhooks: ListChangesDto;

  @texts('What the file does to what is stored, as check and start say it.', [
    'dataset weather: the column `price` is added to `weather_daily`',
  ])
  readonly effects: readonly string[];

  @texts('What works only later.', []) readonly warnings: readonly string[];
}
