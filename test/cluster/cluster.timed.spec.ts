import { measureFloor, timesFloor } from '../machine-speed.js';
import { describeWithPostgres } from '../postgres.js';
import { POLL_LIMITS } from './observer.js';
import { MOST_BEHIND_MS } from './shown-progress.js';
import { describeCluster } from './story.js';

const floor = await measureFloor();
/** How far nodes may be apart. Most of it is a timer, which is no shorter on a fast machine. */
const behind = Math.max(MOST_BEHIND_MS, timesFloor(MOST_BEHIND_MS) * floor.ms);

describeWithPostgres('two API nodes and three workers on one PostgreSQL, measured', () => {
  // Three times the time limits of the program.
  describeCluster({
    soon: 3 * behind,
    stop: 3 * 10_000,
    reconnect: 3 * 5_000,
    redelivery: 3 * 15_000,
    ...POLL_LIMITS,
    behind,
  });
});
