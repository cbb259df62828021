type Values = Readonly<Record<string, unknown>>;

/** A column of a row's mapping, and where its value stands in the row's list. */
export interface ListedColumn {
  readonly name: string;
  readonly index: number;
}

/** Makes the mapping of a row from the list of its values; the columns are the same for every row. */
export function valuesMaker(
  columns: readonly ListedColumn[],
): (list: readonly unknown[]) => Values {
  // Assigned to, this name is no column but the mapping's prototype.
  if (columns.some(({ name }) => name === '__proto__')) {
    return (list) => Object.fromEntries(columns.map(({ name, index }) => [name, list[index]]));
  }
  // Assignments take a sixth of the time of `Object.fromEntries`.
  return (list) => {
    const values: Record<string, unknown> = {};
    for (const { name, index } of columns) values[name] = list[index];
    return values;
  };
}

/** The columns that a header names, in its order. */
export function listedColumns(header: readonly string[]): readonly ListedColumn[] {
  return header.map((name, index) => ({ name, index }));
}
