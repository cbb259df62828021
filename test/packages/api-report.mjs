// The public API of the package: `npm run api:report` writes it, a test compares it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inProject, PROGRESS_PACKAGE } from '../../tools/project.mjs';

/** The folder of the reports, one per entry. */
export const REPORTS = 'libs/progress/api';
const ENTRIES = { progress: 'index.d.ts', nest: 'nest/index.d.ts', angular: 'angular/index.d.ts' };
/** Imported by path: it is installed in this folder alone. */
const EXTRACTOR = inProject(
  'test/packages/node_modules/@microsoft/api-extractor/lib-commonjs/index.js',
);

/**
 * Writes the reports of the built package into a folder.
 * @param {string} folder
 * @returns {Promise<readonly string[]>} errors of the public API: names that it uses without an export, or without
 *   documentation
 */
export async function writeApiReports(folder) {
  const { Extractor, ExtractorConfig } = (await import(pathToFileURL(EXTRACTOR).href)).default;
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'daysync-api-'));
  const findings = [];
  try {
    fs.mkdirSync(folder, { recursive: true });
    for (const [name, entry] of Object.entries(ENTRIES)) {
      const config = ExtractorConfig.prepare({
        configObject: configOf(name, entry, folder, temporary),
        configObjectFullPath: undefined,
        packageJsonFullPath: inProject(PROGRESS_PACKAGE, 'package.json'),
      });
      Extractor.invoke(config, {
        localBuild: true,
        messageCallback: (message) => {
          message.handled = true;
          // The test itself compares the reports.
          const isFinding = ['warning', 'error'].includes(message.logLevel);
          if (isFinding && message.category !== 'console') {
            findings.push(`${name}: ${message.text}`);
          }
        },
      });
    }
    const shared = exportedIn(fs.readFileSync(path.join(folder, 'progress.api.md'), 'utf8'));
    return findings.filter(
      (finding) => !shared.some((name) => finding.includes(`"${name}" needs`)),
    );
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/** The names that `.` exports; the other entries use them without a second export. */
function exportedIn(report) {
  return [...report.matchAll(/^export (?:\w+ )+?(\w+)\b/gm)].map(([, name]) => name);
}

function configOf(name, entry, folder, temporary) {
  const quiet = { logLevel: 'none', addToApiReportFile: false };
  return {
    projectFolder: inProject(PROGRESS_PACKAGE),
    mainEntryPointFilePath: inProject(PROGRESS_PACKAGE, entry),
    compiler: {
      overrideTsconfig: {
        compilerOptions: {
          target: 'es2022',
          module: 'nodenext',
          moduleResolution: 'nodenext',
          lib: ['es2022', 'dom'],
          strict: true,
          skipLibCheck: true,
          types: [],
        },
        files: [inProject(PROGRESS_PACKAGE, entry)],
      },
    },
    apiReport: {
      enabled: true,
      reportFileName: `${name}.api.md`,
      reportFolder: folder,
      reportTempFolder: temporary,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: 'lf',
    messages: {
      compilerMessageReporting: { default: { logLevel: 'warning' } },
      extractorMessageReporting: {
        default: { logLevel: 'warning' },
        // All that is exported is public.
        'ae-missing-release-tag': quiet,
      },
      // The comments are for people and editors, who read `{@link}` and `@default` alike.
      tsdocMessageReporting: { default: quiet },
    },
  };
}
