/** Rows that a query gives; the database is PostgreSQL or SQLite. */
export interface SqlSourceConfig {
  readonly kind: 'sql';
  readonly database: SqlDatabase;
  /** The address as the datasets file writes it, `${NAME}` and all; what people are shown. */
  readonly writtenUrl: string;
  /** With the parameters `:day` and perhaps `:next_day`. */
  readonly query: string;
  /** How long the query may take; null for as long as an attempt at the day. */
  readonly timeoutSeconds: number | null;
}

export type SqlDatabase =
  | {
      readonly dialect: 'postgres';
      /** With user and password. Never shown. */
      readonly url: string;
    }
  | {
      readonly dialect: 'sqlite';
      /** Absolute. */
      readonly path: string;
    };

export type SqlDialect = SqlDatabase['dialect'];
