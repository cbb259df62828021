import { ProgressRegistry } from '@daysync/progress/nest';
import { Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../logging/logger.js';
import { DayReads } from '../targets/day-reads.js';
import { Database } from '../database/database.js';
import { DATASETS_FILE, type DatasetsFile } from '../datasets/file/datasets-file.js';
import { EarlierTargets } from '../targets/earlier-targets.js';
import { OpenTargets } from '../targets/open-targets.js';
import { PreparedTargets } from '../targets/prepared-targets.js';
import { Admission } from './admission.js';
import { AutoPause } from './auto-pause.js';
import { ConfiguredDatasets } from './configured-datasets.js';
import { ElsewhereWrites } from './elsewhere-writes.js';
import { TargetWaits } from './target-waits.js';
import { DayFetcher } from './fetch/day-fetcher.js';
import { DayMover } from './fetch/day-mover.js';
import { DayJudge } from './fetch/day-judge.js';
import { DayVerifier } from './fetch/day-verifier.js';
import { INSTALLATION, type Installation } from './installation.js';
import { LaneClaims } from './lane-claims.js';
import { LaneRunner } from './lane-runner.js';
import { LaneSteps } from './lane-step.js';
import { LeftWrites } from './left-writes.js';
import { LaneWorker } from './lane-worker.js';
import { OnlyProcess } from './local/only-process.js';
import { LostDays } from './lost-days.js';
import { Process } from './process.js';
import { ClusterProcess } from './cluster/cluster-process.js';

/** What runs the days of batches. */
@Module({
  providers: [
    Admission,
    AutoPause,
    ConfiguredDatasets,
    DayFetcher,
    DayJudge,
    DayMover,
    DayReads,
    {
      provide: EarlierTargets,
      inject: [Database, OpenTargets, DATASETS_FILE],
      useFactory: (
        database: Database,
        open: OpenTargets,
        file: DatasetsFile | null,
      ): EarlierTargets => new EarlierTargets(database, open, (name) => file?.variable(name)),
    },
    ElsewhereWrites,
    DayVerifier,
    LaneClaims,
    LaneRunner,
    LaneSteps,
    LaneWorker,
    LeftWrites,
    LostDays,
    PreparedTargets,
    TargetWaits,
    {
      provide: Process,
      inject: [INSTALLATION, LostDays, ProgressRegistry, LOGGER],
      useFactory: (
        installation: Installation,
        lost: LostDays,
        registry: ProgressRegistry,
        logger: Logger,
      ): Process =>
        installation.kind === 'sqlite'
          ? new OnlyProcess(lost, installation.crashMarker)
          : new ClusterProcess(installation.database, registry, logger),
    },
  ],
  exports: [LaneWorker, LeftWrites, Process],
})
export class RunnerModule {}
