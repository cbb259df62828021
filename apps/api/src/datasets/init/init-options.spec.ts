import { expect, it } from 'vitest';
import { checkOptions, type InitOptions } from './init-options.js';

it.each<[InitOptions, string]>([
  [
    { dayFormat: 'dd.MM' },
    'expected --day-format as iso, .*, got "dd\\.MM": .*\nLeave the option out',
  ],
  [
    { timeZone: 'Europe/Nowhere' },
    'expected --time-zone as an IANA time zone .*, got "Europe/Nowhere"\nLeave the option out',
  ],
  [{ timeZone: '+02:00' }, 'got "\\+02:00"'],
])('refuses %o', (options, expected) => {
  expect(() => {
    checkOptions(options);
  }).toThrow(new RegExp(expected));
});

it.each<InitOptions>([{}, { dayFormat: 'dd.MM.yyyy', timeZone: 'Europe/Berlin' }])(
  'takes %o',
  (options) => {
    expect(() => {
      checkOptions(options);
    }).not.toThrow();
  },
);
