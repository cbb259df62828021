// What a linter has to say no to: pieces of code, each in the kind of file that its rule is for.

/** Some rules cannot be broken without another one; `also` names that. */
export type Case = string | { readonly code: string; readonly also: readonly string[] };

/** By the rule that says no, one piece of code or several. */
export type Cases = Readonly<Record<string, Case | readonly Case[]>>;

export interface PlacedCase {
  readonly file: string;
  readonly code: string;
  /** The rules that say no, in order. */
  readonly rules: readonly string[];
}

/** Gives each piece of code a file of its own; `place` says where, by a name that is there once. */
export function placed(cases: Cases, place: (name: string) => string): readonly PlacedCase[] {
  return Object.entries(cases).flatMap(([rule, given]) =>
    [given].flat().map((one: Case, index) => {
      const { code, also } = typeof one === 'string' ? { code: one, also: [] } : one;
      const name = `${rule.replace(/^@/, '').replaceAll('/', '-')}-${index + 1}`;
      return { file: place(name), code: `${code}\n`, rules: [rule, ...also].toSorted() };
    }),
  );
}
