/** A valid file, to be spoilt by a change of its text. */
export const VALID = `datasets:
  - name: weather
    source: { kind: csv, path: data/weather.csv, day_column: date }
    target:
      table: weather_daily
      columns:
        date: date
        wind: { from: Wind speed, type: real, nullable: true }
`;

/** The valid file with another text in one place. */
export function spoil(from: string, to: string): string {
  if (!VALID.includes(from)) throw new Error(`not in the file: ${from}`);
  return VALID.replace(from, () => to);
}
