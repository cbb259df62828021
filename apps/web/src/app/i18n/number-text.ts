const formats = new Map<string, Intl.NumberFormat>();

/** A number as the readers of a locale write it: `12,345.6`. */
export function numberText(value: number, locale: string): string {
  // Most numbers need nothing, and a calendar has thousands of them.
  if (Number.isInteger(value) && value >= 0 && value < 1_000) return String(value);
  let format = formats.get(locale);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale);
    formats.set(locale, format);
  }
  return format.format(value);
}
