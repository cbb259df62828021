import { describeWithPostgres } from '../postgres.js';
import { POLL_LIMITS } from './observer.js';
import { MOST_BEHIND_MS } from './shown-progress.js';
import { describeCluster } from './story.js';

describeWithPostgres('two API nodes and three workers on one PostgreSQL, measured', () => {
  // Three times the promised limit.
  describeCluster({
    soon: 3 * MOST_BEHIND_MS,
    stop: 30_000,
    reconnect: 15_000,
    redelivery: 45_000,
    ...POLL_LIMITS,
  });
});
