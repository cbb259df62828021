import { Module } from '@nestjs/common';
import { AccessGate } from './access-gate.js';
import { Sessions } from './sessions.js';
import { Tokens } from './tokens.js';

/** Who may call. */
@Module({ providers: [AccessGate, Sessions, Tokens], exports: [AccessGate, Sessions, Tokens] })
export class AuthModule {}
