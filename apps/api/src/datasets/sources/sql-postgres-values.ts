import type { CustomTypesConfig } from 'pg';

/** The types that have a value of their own here, by PostgreSQL's numbers for them. */
const BOOL = 16;
const INT2 = 21;
const INT4 = 23;
const FLOAT4 = 700;
const FLOAT8 = 701;
const TIMESTAMPTZ = 1184;

/**
 * How PostgreSQL's texts become values: everything stays the text that PostgreSQL writes, so that no digit is lost
 * and no day moves, but for truth values, small integers and floating point numbers. A point in time is written
 * with `T` and, as the session's zone is UTC, `Z`.
 */
export const POSTGRES_TYPES: CustomTypesConfig = {
  getTypeParser: ((oid: number) => {
    switch (oid) {
      case BOOL:
        return (text: string) => text === 't';
      case INT2:
      case INT4:
      case FLOAT4:
      case FLOAT8:
        return Number;
      case TIMESTAMPTZ:
        return (text: string) => text.replace(' ', 'T').replace(/\+00$/, 'Z');
      default:
        return (text: string) => text;
    }
  }) as CustomTypesConfig['getTypeParser'],
};
