export declare const FORMATTER: string;
export declare const LINTERS: readonly (readonly string[])[];
export declare const TYPE_CHECKS: readonly (readonly string[])[];
export interface StaticCheck {
  readonly reads: RegExp;
  readonly commands: readonly (readonly string[])[];
}
export declare const STATIC_CHECKS: Readonly<Record<string, StaticCheck>>;
