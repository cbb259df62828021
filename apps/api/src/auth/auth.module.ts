import { Module } from '@nestjs/common';
import { AccessGuard } from './access.guard.js';
import { Sessions } from './sessions.js';
import { TokenGuesses } from './token-guesses.js';
import { Tokens } from './tokens.js';

/** Tokens, sessions, and the guard that checks them. */
@Module({
  providers: [AccessGuard, Sessions, TokenGuesses, Tokens],
  exports: [AccessGuard, Sessions, Tokens],
})
export class AuthModule {}
