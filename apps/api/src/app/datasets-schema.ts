// Prints the JSON Schema of the datasets file: `npm run datasets:schema` writes it to where it is shipped.
import { datasetsSchema } from '../datasets/dataset-schema.js';

process.stdout.write(`${JSON.stringify(datasetsSchema(), null, 2)}\n`);
