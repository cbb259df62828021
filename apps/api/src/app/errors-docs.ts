// Prints the catalogue of errors: `npm run errors:docs` writes it to where it is shipped.
import { errorsMarkdown } from './error-catalogue.js';

process.stdout.write(errorsMarkdown());
