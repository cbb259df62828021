import { beforeEach, describe, expect, it } from 'vitest';
import { resource, signal, type ResourceRef, type WritableSignal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Connection } from './connection';
import { rereadOnChange } from './reread';

describe('rereadOnChange', () => {
  let key: WritableSignal<string | undefined>;
  let answers: (() => void)[];
  let read: ResourceRef<number | undefined>;

  beforeEach(() => {
    key = signal<string | undefined>(undefined);
    answers = [];
    read = TestBed.runInInjectionContext(() =>
      resource({
        loader: () => new Promise<number>((resolve) => answers.push(() => resolve(answers.length))),
      }),
    );
    TestBed.runInInjectionContext(() => rereadOnChange(read, key));
    TestBed.tick();
  });

  async function answer(): Promise<void> {
    answers.at(-1)?.();
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
  }

  function become(next: string | undefined): void {
    key.set(next);
    TestBed.tick();
  }

  it('reads again at a change, and not at what is known first or no longer', async () => {
    await answer();
    become('a');
    become(undefined);
    become('a');
    expect(answers).toHaveLength(1);
    become('b');
    expect(answers).toHaveLength(2);
  });

  it('reads again once the server is back, also where the key is unknown', async () => {
    await answer();
    const connection = TestBed.inject(Connection);
    connection.lost();
    TestBed.tick();
    expect(answers).toHaveLength(1);
    connection.answered();
    TestBed.tick();
    expect(answers).toHaveLength(2);
  });

  it('reads once more where the change came while it was being read', async () => {
    become('a');
    become('b');
    become('c');
    expect(answers).toHaveLength(1);
    await answer();
    expect(answers).toHaveLength(2);
    await answer();
    expect(answers).toHaveLength(2);
  });
});
