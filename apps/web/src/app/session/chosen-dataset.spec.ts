import { afterEach, describe, expect, it, vi } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { ChosenDataset } from './chosen-dataset';

const DATASETS = [{ name: 'orders' }, { name: 'returns' }];

describe('the chosen dataset', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    localStorage.clear();
  });

  const visit = (): ChosenDataset => {
    TestBed.resetTestingModule();
    return TestBed.inject(ChosenDataset);
  };

  it('is the first one, if any, until the user chooses', () => {
    expect(visit().among(DATASETS)?.name).toBe('orders');
    expect(visit().among<{ readonly name: string }>([])).toBeUndefined();
  });

  it('is the first one where the chosen one has left the datasets file', () => {
    visit().choose('gone');
    expect(visit().among(DATASETS)?.name).toBe('orders');
  });

  it('is kept for this visit where the browser stores nothing', () => {
    const refuse = (): never => {
      throw new DOMException('denied', 'SecurityError');
    };
    vi.spyOn(window, 'localStorage', 'get').mockImplementation(refuse);
    const chosen = visit();
    chosen.choose('returns');
    expect(chosen.among(DATASETS)?.name).toBe('returns');
  });
});
