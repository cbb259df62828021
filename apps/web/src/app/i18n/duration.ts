import type { Phrase } from './words';

/** Milliseconds below a second, then at most two units. */
export function durationWords(ms: number): Phrase {
  if (ms < 1_000) return { key: 'duration.ms', params: { n: Math.max(0, Math.round(ms)) } };
  if (ms < 10_000)
    return { key: 'duration.s', params: { s: (Math.floor(ms / 100) / 10).toFixed(1) } };
  return secondsWords(ms);
}

/** The same in whole seconds, for a display that ticks. */
export function secondsWords(ms: number): Phrase {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return { key: 'duration.s', params: { s: seconds } };
  if (minutes < 60) return { key: 'duration.ms_long', params: { m: minutes, s: seconds % 60 } };
  return { key: 'duration.h', params: { h: Math.floor(minutes / 60), m: minutes % 60 } };
}

/** An estimate: one unit below an hour, and never zero. */
export function aboutWords(ms: number): Phrase {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  if (seconds < 60) return { key: 'duration.s', params: { s: seconds } };
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return { key: 'duration.m', params: { m: minutes } };
  return { key: 'duration.h', params: { h: Math.floor(minutes / 60), m: minutes % 60 } };
}
