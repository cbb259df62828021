import type { StaticCheck } from './static-checks.mjs';

export interface CheckResult {
  readonly passed: number;
  readonly failed: number;
  readonly output: string;
  readonly unchangedSince?: string;
}
export declare function onceGreen(
  folder: string,
  name: string,
  check: StaticCheck,
  run: () => Promise<CheckResult>,
): Promise<CheckResult>;
