/** How finely a time is counted. */
export type TimeUnit = 'MILLIS' | 'MICROS' | 'NANOS';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000n;
/** How many of a unit a millisecond has, and as how many digits those behind it are written. */
const UNITS = {
  MILLIS: { parts: 1n, digits: 3 },
  MICROS: { parts: 1_000n, digits: 3 },
  NANOS: { parts: 1_000_000n, digits: 6 },
} as const;

/**
 * A day as `YYYY-MM-DD`. A year before 0 or after 9999 has a sign and six digits, as ISO 8601 has it. A day that no `Date`
 * has, such as the end of time in DuckDB, is written as its number.
 * @param day since 1970-01-01
 */
export function dayText(day: number): string {
  const date = new Date(day * DAY_MS);
  if (Number.isNaN(date.getTime())) return `day ${day} since 1970-01-01`;
  return date.toISOString().slice(0, -'T00:00:00.000Z'.length);
}

/** The day of a text `YYYY-MM-DD`, since 1970-01-01. */
export function dayOfText(text: string): number {
  return Date.parse(text) / DAY_MS;
}

/**
 * An instant as `YYYY-MM-DDTHH:MM:SS.ffffff`, with nanoseconds nine digits; its year as in {@link dayText}. An instant that no
 * `Date` has is written as its number.
 * @param instant in `unit` since 1970
 */
export function instantText(instant: number | bigint, unit: TimeUnit): string {
  const { parts, digits } = UNITS[unit];
  const wide = BigInt(instant);
  const rest = wide % parts;
  const behind = rest < 0n ? rest + parts : rest;
  const date = new Date(Number((wide - behind) / parts));
  if (Number.isNaN(date.getTime())) return `${instant} ${unit} since 1970`;
  return date.toISOString().slice(0, -1) + String(behind).padStart(digits, '0');
}

/** A time of a day as `HH:MM:SS.ffffff`, with nanoseconds nine digits. @param time in `unit` since midnight */
export function timeText(time: number | bigint, unit: TimeUnit): string {
  const hourParts = UNITS[unit].parts * HOUR_MS;
  // 24:00 is a time, too.
  const hour = String(BigInt(time) / hourParts).padStart(2, '0');
  return hour + instantText(BigInt(time) % hourParts, unit).slice('1970-01-01T00'.length);
}

const MICROS = 1_000_000;
const DAY_MICROS = DAY_MS * 1_000;

/** Reads instants that are written as `YYYY-MM-DDTHH:MM:SS.ffffffZ`. */
export class InstantReader {
  private text = '';
  private dayMicros = 0;
  private wideDayMicros = 0n;
  private isExact = true;

  /** Microseconds since 1970. */
  read(text: string): bigint {
    const day = text.slice(0, 10);
    if (day !== this.text) {
      this.text = day;
      const since = dayOfText(day);
      this.dayMicros = since * DAY_MICROS;
      this.isExact =
        Number.isSafeInteger(this.dayMicros + DAY_MICROS) && Number.isSafeInteger(this.dayMicros);
      this.wideDayMicros = BigInt(since) * BigInt(DAY_MICROS);
    }
    const seconds = digits(text, 11, 2) * 3_600 + digits(text, 14, 2) * 60 + digits(text, 17, 2);
    const micros = seconds * MICROS + digits(text, 20, 6);
    return this.isExact ? BigInt(this.dayMicros + micros) : this.wideDayMicros + BigInt(micros);
  }
}

function digits(text: string, at: number, count: number): number {
  let number = 0;
  for (let index = at; index < at + count; index += 1) {
    number = number * 10 + text.charCodeAt(index) - 0x30;
  }
  return number;
}
