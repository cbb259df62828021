// Pieces of code that a linter has to reject, each in the kind of file that its rule is for.

/** Some rules can't be broken without another one, which `also` names. */
type Case = string | { readonly code: string; readonly also: readonly string[] };

/** Pieces of code by the rule that rejects them. */
export type Cases = Readonly<Record<string, Case | readonly Case[]>>;

export interface PlacedCase {
  readonly file: string;
  readonly code: string;
  /** The rules that reject it, sorted. */
  readonly rules: readonly string[];
}

/** Gives each piece of code its own file; `place` makes the path from a unique name. */
export function placed(cases: Cases, place: (name: string) => string): readonly PlacedCase[] {
  return Object.entries(cases).flatMap(([rule, given]) =>
    [given].flat().map((one: Case, index) => {
      const { code, also } = typeof one === 'string' ? { code: one, also: [] } : one;
      const name = `${rule.replace(/^@/, '').replaceAll('/', '-')}-${index + 1}`;
      return { file: place(name), code: `${code}\n`, rules: [rule, ...also].toSorted() };
    }),
  );
}
