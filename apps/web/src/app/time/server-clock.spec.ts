import { describe, expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { CLOCK } from './clock';
import { ServerClock } from './server-clock';

describe('ServerClock', () => {
  function clockAt(now: number): ServerClock {
    TestBed.configureTestingModule({
      providers: [{ provide: CLOCK, useValue: { now: () => now } }],
    });
    return TestBed.inject(ServerClock);
  }
  const ours = Date.parse('2025-10-03T12:00:00.500Z');

  it('follows a server that is far off', () => {
    const clock = clockAt(ours);
    clock.observe('Fri, 03 Oct 2025 12:05:00 GMT');
    expect(clock.now()).toBe(Date.parse('2025-10-03T12:05:00Z'));
  });

  it.each(['Fri, 03 Oct 2025 12:00:00 GMT', null, 'nonsense'])(
    'keeps its own time at %s',
    (date) => {
      const clock = clockAt(ours);
      clock.observe(date);
      expect(clock.now()).toBe(ours);
    },
  );
});
