import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { API_PATH } from '../http/api-path.js';
import { ApiEnvelope, ApiProblems } from '../http/api-answers.js';
import { RecordPageDto, RecordQueryDto } from './records.dto.js';
import { RecordsService } from './records.service.js';

@ApiTags('records')
@Controller(`${API_PATH}/records`)
export class RecordsController {
  constructor(private readonly records: RecordsService) {}

  @Get()
  @ApiOperation({ operationId: 'listRecords', summary: 'List sync records: filter, sort, page' })
  @ApiEnvelope(RecordPageDto, 'A page of records.')
  @ApiProblems('VALIDATION_FAILED')
  list(@Query() query: RecordQueryDto): Promise<RecordPageDto> {
    return this.records.list(query);
  }
}
