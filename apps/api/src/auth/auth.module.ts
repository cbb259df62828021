import { Module } from '@nestjs/common';
import { AccessGuard } from './access.guard.js';
import { Sessions } from './sessions.js';
import { Tokens } from './tokens.js';

/** Who may call. */
@Module({ providers: [AccessGuard, Sessions, Tokens], exports: [AccessGuard, Sessions, Tokens] })
export class AuthModule {}
