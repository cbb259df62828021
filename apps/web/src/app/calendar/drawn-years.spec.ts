import { describe, expect, it } from 'vitest';
import { signal } from '@angular/core';
import { drawnWeeks, inTurn, stepsAFrame, STEPS_A_YEAR } from './drawn-years';

describe('drawing years', () => {
  it('takes each year in turn, in steps, and all of it in the end', () => {
    const years = [53, 54, 53];
    const shown = Array.from({ length: years.length * STEPS_A_YEAR + 1 }, (_, steps) =>
      years.map((weekCount, index) => drawnWeeks(weekCount, index, steps)),
    );
    expect(shown).toEqual([
      [0, 0, 0],
      [18, 0, 0],
      [36, 0, 0],
      [53, 0, 0],
      [53, 18, 0],
      [53, 36, 0],
      [53, 54, 0],
      [53, 54, 18],
      [53, 54, 36],
      [53, 54, 53],
    ]);
  });

  it('takes more steps a frame where frames are on time, up to a year, and fewer where they are late', () => {
    const took = [16, 17, 16, 33, 33, 50, 70, 90, 200, 33, 16];
    let each = 1;
    expect(took.map((ms) => (each = stepsAFrame(each, ms)))).toEqual([
      2, 3, 3, 3, 3, 2, 1, 1, 1, 1, 2,
    ]);
  });
});

describe('drawing years anew', () => {
  const count = 3;

  it('gives each year the newest value at its turn, and at once when it is first read', () => {
    const [source, turns] = [signal('old'), signal(0)];
    const years = [0, 1, 2].map((index) => inTurn(source, turns, { index, count }));
    const read = (): string[] => years.map((year) => year());
    expect(read()).toEqual(['old', 'old', 'old']);
    source.set('new');
    const shown = [1, 2, 3].map((turn) => {
      turns.set(turn);
      return read();
    });
    expect(shown).toEqual([
      ['new', 'old', 'old'],
      ['new', 'new', 'old'],
      ['new', 'new', 'new'],
    ]);
  });

  it('leaves no year out whose turn was not seen, nor one while changes come faster than turns', () => {
    const [source, turns] = [signal(0), signal(0)];
    const years = [0, 1, 2].map((index) => inTurn(source, turns, { index, count }));
    years.forEach((year) => year());
    source.set(1);
    turns.set(3);
    expect(years.map((year) => year())).toEqual([1, 1, 1]);
    for (let turn = 4; turn <= 9; turn += 1) {
      source.set(turn);
      turns.set(turn);
      years.forEach((year) => year());
    }
    expect(years.map((year) => year())).toEqual([7, 8, 9]);
  });
});
