import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { API_PATH } from '../http/api-path.js';
import { ApiEnvelope } from '../http/api-answers.js';
import { DatasetListDto } from './datasets.dto.js';
import { DatasetsService } from './datasets.service.js';

@ApiTags('datasets')
@Controller(`${API_PATH}/datasets`)
export class DatasetsController {
  constructor(private readonly datasets: DatasetsService) {}

  @Get()
  @ApiOperation({ operationId: 'listDatasets', summary: 'List what is configured' })
  @ApiEnvelope(DatasetListDto, 'The datasets.')
  list(): Promise<DatasetListDto> {
    return this.datasets.list();
  }
}
