// Imported by a program before its own modules: writes the address of each module that it loads into a file.
import fs from 'node:fs';
import { registerHooks } from 'node:module';

const file = process.env['LOADED_MODULES'];
if (file === undefined) throw new Error('expected LOADED_MODULES to be a file, got none');

registerHooks({
  load(url, context, nextLoad) {
    fs.appendFileSync(file, `${url}\n`);
    return nextLoad(url, context);
  },
});
