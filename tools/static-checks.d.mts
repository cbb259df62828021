export declare const FORMATTER: string;
export declare const LINTERS: readonly (readonly string[])[];
export declare const TYPE_CHECKS: readonly (readonly string[])[];
