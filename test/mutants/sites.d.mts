export interface MutantSite {
  readonly id: string;
  readonly file: string;
  readonly kind: string;
  readonly original: string;
}
export function sitesOf(file: string, text: string): readonly MutantSite[];
export function draw(
  sites: readonly MutantSite[],
  count: number,
  seed: string,
): readonly MutantSite[];
export function mutated(
  file: string,
  text: string,
  sites: readonly (MutantSite & { readonly number: number })[],
): string;
