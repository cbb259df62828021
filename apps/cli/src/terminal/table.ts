import stringWidth from 'string-width';

/** Lines of a table with aligned columns. A Chinese character is two columns wide on a terminal. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const lines = [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(...lines.map((cells) => stringWidth(cells[column] ?? ''))),
  );
  return lines.map((cells) =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** An instant in the time zone of the machine, to the second. */
export function localTime(instant: string): string {
  return LOCAL.format(new Date(instant));
}

/** The Swedish locale writes ISO 8601. */
const LOCAL = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });
