import type { paths } from './generated/wire.js';

/** The methods of the API. */
export type Method = 'get' | 'post' | 'delete';

/** The paths of the API that have a method. */
export type PathOf<M extends Method> = {
  [Path in keyof paths]: paths[Path] extends Readonly<Record<M, object>> ? Path : never;
}[keyof paths];

/** The operation of a path and a method. */
export type OperationOf<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;

/** The parameters of an operation in its path and its query. */
export type ParametersOf<Operation> = Operation extends {
  readonly parameters: infer All extends { readonly path?: unknown; readonly query?: unknown };
}
  ? Pick<All, 'path' | 'query'>
  : never;

/** The JSON body of an operation; `undefined` for one without. */
export type BodyOf<Operation> = Operation extends {
  readonly requestBody?: { readonly content: { readonly 'application/json': infer Body } };
}
  ? Body
  : undefined;

/** The `data` of an operation's success. */
export type DataOf<Operation> = Operation extends {
  readonly responses: Partial<Readonly<Record<200 | 202, infer Answer>>>;
}
  ? Answer extends {
      readonly content: { readonly 'application/json': { readonly data: infer Data } };
    }
    ? Data
    : never
  : never;
