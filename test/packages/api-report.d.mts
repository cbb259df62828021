export const REPORTS: string;
export function writeApiReports(folder: string): Promise<readonly string[]>;
