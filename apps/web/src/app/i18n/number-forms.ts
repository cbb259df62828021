// Without Angular, because the browser specs use it too.

type Params = Readonly<Record<string, unknown>>;

/** `{count|day|days}`: the first form where `count` is 1, else the second. */
const FORMS = /\{(\w+)\|([^|{}]*)\|([^|{}]*)\}/g;

/** Replaces each choice of forms. Parameters are inserted later, and are not searched. */
export function withForms(text: string, params: Params): string {
  return text.replace(FORMS, (_, name: string, one: string, more: string) =>
    String(params[name]) === '1' ? one : more,
  );
}
