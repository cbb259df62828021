import { it } from 'vitest';
import { assertAgreement } from './transition-on-both.fixture.js';

it('random inputs leave a batch in SQLite as transition has it', () => assertAgreement(null, 50));
