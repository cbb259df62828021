import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiEnvelope, ApiProblems } from '../http/openapi/api-answers.js';
import { API_PATH } from '../http/pipeline/api-path.js';
import { NoticeDto, NoticePageDto, NoticeQueryDto } from './webhooks.dto.js';
import { NoticesService } from './webhooks.service.js';

@ApiTags('notices')
@Controller(`${API_PATH}/notices`)
export class NoticesController {
  constructor(private readonly notices: NoticesService) {}

  @Get()
  @ApiOperation({
    operationId: 'listNotices',
    summary: 'What endpoints were told of batches, the newest first, and who they are',
  })
  @ApiEnvelope(NoticePageDto, 'A page of notices.')
  @ApiProblems('VALIDATION_FAILED')
  list(@Query() query: NoticeQueryDto): Promise<NoticePageDto> {
    return this.notices.list(query);
  }

  @Post(':id/redeliver')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'redeliverNotice',
    summary: 'Send a notice again, with the same id; one that waits is sent now',
  })
  @ApiParam({
    name: 'id',
    description: 'The id of the notice.',
    example: 'msg_8e03978e-40d5-43e8-bc93-6894a57f9324',
  })
  @ApiEnvelope(NoticeDto, 'It will be sent.')
  @ApiProblems('NOTICE_NOT_FOUND')
  redeliver(@Param('id') id: string): Promise<NoticeDto> {
    return this.notices.redeliver(id);
  }
}
