import { describeKills } from './kills.js';

const RANGE = { start_date: '1990-03-15', end_date: '1990-04-20' };

describeKills({ kills: 1, range: RANGE, verified: [] });
