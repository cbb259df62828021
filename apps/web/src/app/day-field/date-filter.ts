import { computed, type Signal } from '@angular/core';
import { takeUntilDestroyed, toObservable } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup } from '@angular/forms';
import { switchMap } from 'rxjs';

interface DateQuery {
  readonly start_date?: string | undefined;
  readonly end_date?: string | undefined;
}

export type DateFilter = FormGroup<{
  start_date: FormControl<string | null>;
  end_date: FormControl<string | null>;
}>;

/**
 * The controls of the two dates of a page that keeps its filters in the address, created anew for each address. A date
 * counts once the user leaves its field or presses Enter: `2026-01-2` is a date, too.
 * @param changed called when the user changes one of them
 */
export function injectDateFilter(
  query: Signal<DateQuery>,
  changed: () => void,
): Signal<DateFilter> {
  const dates = computed(() => {
    const { start_date = null, end_date = null } = query();
    return new FormGroup({
      start_date: new FormControl<string | null>(start_date, { updateOn: 'blur' }),
      end_date: new FormControl<string | null>(end_date, { updateOn: 'blur' }),
    });
  });
  toObservable(dates)
    .pipe(
      switchMap((group) => group.valueChanges),
      takeUntilDestroyed(),
    )
    .subscribe(changed);
  return dates;
}

/** The dates of the controls for a query; undefined while one is invalid. */
export function datesOf(group: DateFilter): Required<DateQuery> | undefined {
  if (group.invalid) return undefined;
  const { start_date, end_date } = group.getRawValue();
  return { start_date: start_date ?? undefined, end_date: end_date ?? undefined };
}
