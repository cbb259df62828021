// Prints the JSON Schema of the datasets file; `npm run datasets:schema` writes it to docs/datasets.schema.json.
import { datasetsSchema } from '../datasets/file/dataset-schema.js';

process.stdout.write(`${JSON.stringify(datasetsSchema(), null, 2)}\n`);
