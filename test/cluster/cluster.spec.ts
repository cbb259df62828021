import { describeWithPostgres } from '../postgres.js';
import { describeCluster } from './story.js';

describeWithPostgres('two API nodes and three workers on one PostgreSQL', () => {
  describeCluster({
    soon: Infinity,
    stop: Infinity,
    reconnect: Infinity,
    redelivery: Infinity,
    behind: Infinity,
    answer: Infinity,
    catchUp: Infinity,
    everyMs: [300, 600],
  });
});
