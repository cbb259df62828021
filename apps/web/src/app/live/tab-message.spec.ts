import { describe, expect, it } from 'vitest';
import { progressOf } from '../sync/progress.fixture';
import { tabMessageIn, type TabMessage } from './tab-message';

const progress = progressOf();
const { task_id } = progress;

describe('tabMessageIn', () => {
  it.each<TabMessage>([
    { kind: 'ask', task_id },
    { kind: 'lost', task_id },
    { kind: 'newest', task_id, progress },
  ])('takes $kind', (message) => {
    expect(tabMessageIn(JSON.parse(JSON.stringify(message)))).toEqual(message);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'ask'],
    ['no batch', { kind: 'ask' }],
    ['another kind', { kind: 'hello', task_id }],
    ['no progress', { kind: 'newest', task_id }],
    ['the progress of another batch', { kind: 'newest', task_id: 'other', progress }],
  ])('leaves out %s', (_, data) => {
    expect(tabMessageIn(data)).toBeUndefined();
  });
});
