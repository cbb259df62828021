/** How an instant is written. */
interface InstantStyle {
  readonly locale: string;
  /** Such as `Asia/Shanghai`. @default the reader's own */
  readonly timeZone?: string | undefined;
}

const TO_THE_MINUTE = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
} as const satisfies Intl.DateTimeFormatOptions;

const SHAPES = {
  instant: { ...TO_THE_MINUTE, second: '2-digit' },
  minute: TO_THE_MINUTE,
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  zone: { timeZoneName: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Date and time, with the zone: `29 Nov 2026, 15:59:03 GMT+8`. */
export function instantText(instant: string, style: InstantStyle): string {
  return `${written(instant, 'instant', style)} ${zoneText(instant, style)}`;
}

/** Date and time to the minute, where the zone is written beside it. */
export function minuteText(instant: string, style: InstantStyle): string {
  return written(instant, 'minute', style);
}

/** The time of the day with the zone: `15:59:03 GMT+8`. */
export function clockTime(instant: string, style: InstantStyle): string {
  return `${written(instant, 'clock', style)} ${zoneText(instant, style)}`;
}

/** The short name of the zone, which some locales would write before the time. */
function zoneText(instant: string, style: InstantStyle): string {
  const parts = formatOf('zone', style).formatToParts(Date.parse(instant));
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

function written(instant: string, shape: keyof typeof SHAPES, style: InstantStyle): string {
  return formatOf(shape, style).format(Date.parse(instant));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(
  shape: keyof typeof SHAPES,
  { locale, timeZone }: InstantStyle,
): Intl.DateTimeFormat {
  const key = `${shape} ${locale} ${timeZone ?? ''}`;
  let format = formats.get(key);
  if (format === undefined) {
    const zone = timeZone === undefined ? {} : { timeZone };
    format = new Intl.DateTimeFormat(locale, { calendar: 'gregory', ...zone, ...SHAPES[shape] });
    formats.set(key, format);
  }
  return format;
}
