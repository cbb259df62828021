import { withoutNul } from '../prepared-statement.js';
import { PostgresDialect, PostgresQueryCompiler, type QueryCompiler } from 'kysely';

/** PostgreSQL, which keeps no NUL in a text: U+FFFD stands for each, in what is written and in what is looked for. */
export class NulFreePostgresDialect extends PostgresDialect {
  override createQueryCompiler(): QueryCompiler {
    return new NulFreeCompiler();
  }
}

class NulFreeCompiler extends PostgresQueryCompiler {
  protected override appendValue(parameter: unknown): void {
    super.appendValue(typeof parameter === 'string' ? withoutNul(parameter) : parameter);
  }
}
