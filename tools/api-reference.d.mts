/** The page with each operation of an OpenAPI document, as Markdown. */
export function operationsPage(document: object): string;
/** The page with each object of an OpenAPI document, as Markdown. */
export function objectsPage(document: object): string;
