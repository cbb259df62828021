import { Module } from '@nestjs/common';
import { QuarantineExport } from './quarantine-export.js';
import { QuarantineService } from './quarantine.service.js';

const SERVICES = [QuarantineExport, QuarantineService];

/** The rows that did not fit. */
@Module({ providers: SERVICES, exports: SERVICES })
export class QuarantineModule {}
