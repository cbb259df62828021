import { Controller, Get } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Language } from '@daysync/progress';
import { API_PATH } from '../http/pipeline/api-path.js';
import { ApiEnvelope } from '../http/openapi/api-answers.js';
import { AcceptedLanguage, IN_LANGUAGE } from '../http/input/language.js';
import { inLanguage } from '../batches/batch-progress.js';
import { DatasetListDto } from './coverage.dto.js';
import { CoverageService } from './coverage.service.js';

/** Stands here and not with the datasets: those know nothing of batches and records. */
@ApiTags('datasets')
@Controller(`${API_PATH}/datasets`)
export class CoverageController {
  constructor(private readonly coverage: CoverageService) {}

  @Get()
  @ApiOperation({
    operationId: 'listDatasets',
    summary: 'List what is configured, and which days of it are there',
  })
  @ApiHeader(IN_LANGUAGE)
  @ApiEnvelope(DatasetListDto, 'The datasets.')
  async list(@AcceptedLanguage() language: Language): Promise<DatasetListDto> {
    const items = await this.coverage.list();
    return {
      items: items.map(({ coverage, ...dataset }) => {
        const { last_batch: last } = coverage;
        const last_batch = last === null ? null : inLanguage(last, language);
        return { ...dataset, coverage: { ...coverage, last_batch } };
      }),
    };
  }
}
