import { Module } from '@nestjs/common';
import { DatasetsFollower } from './datasets-follower.js';
import { DatasetsReload } from './datasets-reload.js';

/** Takes in a changed datasets file, in this process and after another one. */
@Module({
  providers: [DatasetsReload, DatasetsFollower],
  exports: [DatasetsReload, DatasetsFollower],
})
export class ChangesModule {}
