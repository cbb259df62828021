// The public API of the packages: `npm run api:report` writes it, a test compares it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CLIENT_PACKAGE, inProject, NEST_PACKAGE, PROGRESS_PACKAGE } from '../../tools/project.mjs';

/**
 * The packages with reports: the built package, the folder of its reports, its entries, each with a report, and the
 * kinds of findings that are no error.
 */
export const REPORTED = {
  progress: {
    built: PROGRESS_PACKAGE,
    reports: 'libs/progress/api',
    entries: {
      progress: 'index.d.ts',
      nest: 'nest/index.d.ts',
      angular: 'angular/index.d.ts',
      element: 'element/index.d.ts',
    },
  },
  client: {
    built: CLIENT_PACKAGE,
    reports: 'libs/client/api',
    entries: { client: 'client/src/index.d.ts' },
  },
  nest: {
    built: NEST_PACKAGE,
    reports: 'libs/nest/api',
    entries: { nest: 'index.d.ts', source: 'source.d.ts' },
    // Its options are keys of the datasets file, which docs/configuration.md explains, and its answers those of the API:
    // the report lists their types, which an app does not have to name.
    accepted: ['ae-forgotten-export', 'ae-undocumented', 'ae-unresolved-link'],
  },
};
/** The types that are generated from the OpenAPI document are reviewed there; the report names only those of `Schemas`. */
const GENERATED = ['components', 'operations', 'paths'];
/** Imported by path: it is installed in this folder alone. */
const EXTRACTOR = inProject(
  'test/packages/node_modules/@microsoft/api-extractor/lib-commonjs/index.js',
);

/**
 * Writes the reports of a built package into a folder.
 * @param {keyof typeof REPORTED} name
 * @param {string} folder
 * @returns {Promise<readonly string[]>} errors of the public API: names that it uses without an export, or without
 *   documentation
 */
export async function writeApiReports(name, folder) {
  const { built, entries, accepted = [] } = REPORTED[name];
  const { Extractor, ExtractorConfig } = (await import(pathToFileURL(EXTRACTOR).href)).default;
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'daysync-api-'));
  const findings = [];
  try {
    fs.mkdirSync(folder, { recursive: true });
    for (const [report, entry] of Object.entries(entries)) {
      const config = ExtractorConfig.prepare({
        configObject: configOf(report, built, entry, folder, temporary),
        configObjectFullPath: undefined,
        packageJsonFullPath: inProject(built, 'package.json'),
      });
      Extractor.invoke(config, {
        localBuild: true,
        messageCallback: (message) => {
          message.handled = true;
          // The test itself compares the reports.
          const isFinding = ['warning', 'error'].includes(message.logLevel);
          const isAccepted = accepted.includes(message.messageId);
          if (isFinding && !isAccepted && message.category !== 'console') {
            findings.push(`${report}: ${message.text}`);
          }
        },
      });
    }
    const main = fs.readFileSync(path.join(folder, `${name}.api.md`), 'utf8');
    const shared = [...exportedIn(main), ...GENERATED];
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

function configOf(report, built, entry, folder, temporary) {
  const quiet = { logLevel: 'none', addToApiReportFile: false };
  return {
    projectFolder: inProject(built),
    mainEntryPointFilePath: inProject(built, entry),
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
        files: [inProject(built, entry)],
      },
    },
    apiReport: {
      enabled: true,
      reportFileName: `${report}.api.md`,
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
