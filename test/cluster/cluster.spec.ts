import { describeWithPostgres } from '../postgres.js';
import { tellStory } from './story.js';

describeWithPostgres('two API nodes and three workers on one PostgreSQL', () => {
  tellStory({
    soon: Infinity,
    stop: Infinity,
    reconnect: Infinity,
    redelivery: Infinity,
    behind: Infinity,
    answer: Infinity,
  });
});
