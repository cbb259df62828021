interface ReportedPackage {
  readonly built: string;
  readonly reports: string;
  readonly entries: Readonly<Record<string, string>>;
}
export const REPORTED: Readonly<Record<'progress' | 'client' | 'nest', ReportedPackage>>;
export function writeApiReports(
  name: keyof typeof REPORTED,
  folder: string,
): Promise<readonly string[]>;
