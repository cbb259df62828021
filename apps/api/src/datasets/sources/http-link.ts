/** One link of a `Link` header: its target and its parameters, those in quotes without them. */
const LINK =
  /<(?<target>[^<>]*)>(?<parameters>(?:\s*;\s*[\w!#$%&+.^`|~*-]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]*))?)*)/g;
const PARAMETER =
  /;\s*(?<name>[\w!#$%&+.^`|~*-]+)\s*(?:=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s",;]*)))?/g;

/**
 * The target of the first link to the next page (RFC 8288), as it is written: mostly relative to the page itself.
 * @param header the header, its lines joined by commas
 */
export function nextLink(header: string): string | undefined {
  for (const { groups = {} } of header.matchAll(LINK)) {
    const parameters = readParameters(groups['parameters'] ?? '');
    const relations = (parameters.get('rel') ?? '').toLowerCase().split(/\s+/);
    // A link with an anchor is one of another page.
    if (relations.includes('next') && !parameters.has('anchor')) return groups['target'];
  }
  return undefined;
}

/** Of a parameter that is given twice the first counts. */
function readParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const { groups = {} } of text.matchAll(PARAMETER)) {
    const name = (groups['name'] ?? '').toLowerCase();
    const value = groups['quoted']?.replaceAll(/\\(.)/g, '$1') ?? groups['plain'] ?? '';
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}
