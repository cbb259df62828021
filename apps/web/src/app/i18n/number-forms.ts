// Without Angular: the browser specs fill their texts in by it as well.

/** What a text is filled with. */
type Params = Readonly<Record<string, unknown>>;

/** `{count|day|days}`: the first form where `count` is 1, else the second. */
const FORMS = /\{(\w+)\|([^|{}]*)\|([^|{}]*)\}/g;

/** The text with the forms that its numbers ask for. What it is filled with is not looked at. */
export function withForms(text: string, params: Params): string {
  return text.replace(FORMS, (_, name: string, one: string, more: string) =>
    String(params[name]) === '1' ? one : more,
  );
}
