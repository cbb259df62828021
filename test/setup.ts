// Runs before each spec file, in the process that runs its tests.
import { afterAll } from 'vitest';
import { cleanUp } from './after-file.js';

afterAll(cleanUp);
