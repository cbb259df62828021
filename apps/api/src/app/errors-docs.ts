// Prints the catalogue of errors; `npm run errors:docs` writes it to docs/errors.md.
import { errorsMarkdown } from './error-catalogue.js';

process.stdout.write(errorsMarkdown());
