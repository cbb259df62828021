const DAY_SECONDS = 86_400;
const ERA_DAYS = 146_097;
const ERA_YEARS = 400;
/** From 0000-03-01 to 1970-01-01. */
const EPOCH_DAYS = 719_468;
const MOST_YEAR = 9_999;

/**
 * A day as `YYYY-MM-DD`. A year before 0 or after 9999 has a sign and six digits, as ISO 8601 has it.
 * @param day since 1970-01-01
 */
export function dayText(day: number): string {
  // The year begins in March, so that the day of leap years is its last.
  const shifted = day + EPOCH_DAYS;
  const era = Math.floor(shifted / ERA_DAYS);
  const dayOfEra = shifted - era * ERA_DAYS;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const date = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = era * ERA_YEARS + yearOfEra + (month <= 2 ? 1 : 0);
  return `${yearText(year)}-${two(month)}-${two(date)}`;
}

function yearText(year: number): string {
  if (year >= 0 && year <= MOST_YEAR) return String(year).padStart(4, '0');
  return `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** The day of a text `YYYY-MM-DD`, since 1970-01-01. */
export function dayOfText(text: string): number {
  const month = Number(text.slice(5, 7));
  const year = Number(text.slice(0, 4)) - (month <= 2 ? 1 : 0);
  const era = Math.floor(year / ERA_YEARS);
  const yearOfEra = year - era * ERA_YEARS;
  const shiftedMonth = month > 2 ? month - 3 : month + 9;
  const dayOfYear = Math.floor((153 * shiftedMonth + 2) / 5) + Number(text.slice(8, 10)) - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * ERA_DAYS + yearOfEra * 365 + leapDays + dayOfYear - EPOCH_DAYS;
}

/** How many of a unit of time a second has, and as how many digits a fraction of a second is written. */
export interface SecondParts {
  readonly parts: number;
  readonly digits: number;
}

export const SECOND_PARTS = {
  MILLIS: { parts: 1_000, digits: 6 },
  MICROS: { parts: 1_000_000, digits: 6 },
  NANOS: { parts: 1_000_000_000, digits: 9 },
} as const satisfies Readonly<Record<string, SecondParts>>;

/**
 * A time of a day as `HH:MM:SS.ffffff`.
 * @param time since midnight, in parts of a second
 */
export function timeText(time: number, { parts, digits }: SecondParts): string {
  const second = Math.floor(time / parts);
  const fraction = (time - second * parts) * (10 ** digits / parts);
  const minute = Math.floor(second / 60);
  const hour = Math.floor(minute / 60);
  return `${two(hour)}:${two(minute - hour * 60)}:${two(second - minute * 60)}.${String(fraction).padStart(digits, '0')}`;
}

/** Writes instants; those of one day come one after another in most files. */
export class InstantTexts {
  private readonly dayParts: number;
  private readonly wideDayParts: bigint;
  private day = Number.NaN;
  private text = '';

  constructor(private readonly unit: SecondParts) {
    this.dayParts = DAY_SECONDS * unit.parts;
    this.wideDayParts = BigInt(this.dayParts);
  }

  /** @param instant parts of a second since 1970, a number up to 2^53 */
  write(instant: number | bigint): string {
    if (typeof instant === 'number') {
      const day = Math.floor(instant / this.dayParts);
      return this.writeIn(day, instant - day * this.dayParts);
    }
    const rest = instant % this.wideDayParts;
    const time = rest < 0n ? rest + this.wideDayParts : rest;
    return this.writeIn(Number((instant - time) / this.wideDayParts), Number(time));
  }

  private writeIn(day: number, time: number): string {
    if (day !== this.day) {
      this.day = day;
      this.text = `${dayText(day)}T`;
    }
    return this.text + timeText(time, this.unit);
  }
}

const MICROS = SECOND_PARTS.MICROS.parts;
const DAY_MICROS = DAY_SECONDS * MICROS;

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
