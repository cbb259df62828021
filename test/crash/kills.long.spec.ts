import { BY_REQUEST, BY_SCHEDULE, describeKills } from './kills.js';

const RANGE = { start_date: '1990-01-01', end_date: '1990-04-30' };

describeKills({ kills: 6, range: RANGE, verified: [BY_REQUEST, BY_SCHEDULE] });
