import { DAY_ERROR_EFFECTS, DAY_ERRORS, type DayErrorEntry } from '../sources/day-errors.js';
import { WEBHOOK_ERRORS, type WebhookErrorEntry } from '../webhooks/webhook-errors.js';
import { PROBLEMS, type ProblemKind } from '../http/problems/problem.js';

interface Entry {
  readonly code: string;
  /** Unique in the page; two chapters may have the same code. */
  readonly anchor: string;
  /** The HTTP status and the title, or the effect of the error. */
  readonly facts: readonly string[];
  readonly cause: string;
  readonly fix: string;
}

interface Chapter {
  readonly title: string;
  readonly about: string;
  readonly entries: readonly Entry[];
}

/** The catalogue of all error codes as Markdown: `docs/errors.md`. */
export function errorsMarkdown(): string {
  const chapters = catalogue().map(({ title, about, entries }) =>
    [`## ${title}`, about, ...entries.map(entryMarkdown)].join('\n\n'),
  );
  return `# Errors\n\n${chapters.join('\n\n')}\n`;
}

/** The catalogue as an HTML page without other files, with an anchor for each code. */
export function errorsPage(): string {
  const chapters = catalogue().map(
    ({ title, about, entries }) =>
      `<h2>${title}</h2>\n<p>${inline(about)}</p>\n${entries.map(entryHtml).join('\n')}`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Daysync: errors</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem; }
section { margin: 1.5rem 0; padding-left: 0.75rem; border-left: 3px solid transparent; }
section:target { border-color: currentcolor; }
h3 { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
p { margin: 0.25rem 0; }
</style>
</head>
<body>
<h1>Errors</h1>
${chapters.join('\n')}
</body>
</html>
`;
}

function catalogue(): readonly Chapter[] {
  return [
    {
      title: 'Problems',
      about:
        'The answers of calls that fail: `application/problem+json` (RFC 9457) with this `code`.',
      entries: entriesOf<ProblemKind>(PROBLEMS, '', ({ status, title }) => [
        `HTTP ${status}`,
        title,
      ]),
    },
    {
      title: 'Errors of days and batches',
      about:
        'Errors of a day, its source or its batch: the `error.code` of a day, a sync record, a dataset or a progress. Providers may have their own codes.',
      entries: entriesOf<DayErrorEntry>(DAY_ERRORS, 'day-', ({ kinds, ofRow = false }) => [
        ...kinds.map((kind) => `${kind}: ${DAY_ERROR_EFFECTS[kind]}`),
        ...(ofRow ? ['If it concerns one row, `on_bad_row` can put that row in quarantine'] : []),
      ]),
    },
    {
      title: 'Errors of deliveries',
      about: 'Errors of an attempt to deliver a webhook: the `error.code` of a delivery.',
      entries: entriesOf<WebhookErrorEntry>(WEBHOOK_ERRORS, 'webhook-', ({ effect }) => [effect]),
    },
  ];
}

function entriesOf<Kind extends Pick<Entry, 'cause' | 'fix'>>(
  kinds: Readonly<Record<string, Kind>>,
  anchorPrefix: string,
  facts: (kind: Kind) => readonly string[],
): readonly Entry[] {
  return Object.entries(kinds)
    .map(([code, kind]) => ({
      code,
      anchor: anchorPrefix + code,
      facts: facts(kind),
      cause: kind.cause,
      fix: kind.fix,
    }))
    .sort((one, other) => (one.code < other.code ? -1 : 1));
}

function entryMarkdown({ code, facts, cause, fix }: Entry): string {
  return [
    `### ${code}`,
    `${facts.join('. ')}.`,
    `- **Cause:** ${cause}\n- **How to fix:** ${fix}`,
  ].join('\n\n');
}

function entryHtml({ code, anchor, facts, cause, fix }: Entry): string {
  return `<section id="${anchor}">
<h3>${code}</h3>
<p>${inline(`${facts.join('. ')}.`)}</p>
<p><b>Cause:</b> ${inline(cause)}</p>
<p><b>How to fix:</b> ${inline(fix)}</p>
</section>`;
}

/** Converts the only Markdown that the texts use, code. */
function inline(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
