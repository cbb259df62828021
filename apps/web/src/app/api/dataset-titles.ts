import { HttpClient, HttpErrorResponse } from '@angular/common/http';
import { effect, inject, Injectable, Injector, signal, untracked } from '@angular/core';
import { catchError, EMPTY, retry, throwError, timer } from 'rxjs';
import { API, type Dataset, type DatasetList, type Envelope } from './wire';

/** A title in each language. */
type DatasetTitle = Dataset['title'];

type KnownDataset = Pick<Dataset, 'title' | 'time_zone'>;

/** How long a failed read of the titles rests. */
const RETRY_AFTER_MS = 15_000;

/** A read of the datasets by a page: while it is under way, nothing else needs to ask for the titles. */
interface DatasetsRead {
  readonly isLoading: () => boolean;
}

/** The titles of the datasets, for every place that shows a batch. A batch itself has only the name of its dataset. */
@Injectable({ providedIn: 'root' })
export class DatasetTitles {
  private readonly injector = inject(Injector);
  private readonly known = signal<ReadonlyMap<string, KnownDataset>>(new Map());
  private readonly wanted = signal<ReadonlySet<string>>(new Set());
  private readonly reads = signal<readonly DatasetsRead[]>([]);
  /** The names that the server was asked for: one that its answer does not have is not asked for again. */
  private readonly asked = new Set<string>();

  constructor() {
    effect(() => {
      const [wanted, known] = [this.wanted(), this.known()];
      const isBeingRead = this.reads().some((read) => read.isLoading());
      const missing = [...wanted].filter((name) => !known.has(name) && !this.asked.has(name));
      if (missing.length > 0 && !isBeingRead) untracked(() => this.load(missing));
    });
  }

  /** The title of a dataset; undefined until it is loaded. */
  of(name: string): DatasetTitle | undefined {
    return this.known().get(name)?.title;
  }

  /** The time zone of a dataset; undefined until it is loaded. */
  zoneOf(name: string): string | undefined {
    return this.known().get(name)?.time_zone;
  }

  /** Loads the title of a dataset, unless it is known or was asked for. */
  want(name: string): void {
    if (this.asked.has(name) || untracked(this.known).has(name)) return;
    this.wanted.update((names) => new Set(names).add(name));
  }

  learn(datasets: readonly (KnownDataset & Pick<Dataset, 'name'>)[]): void {
    this.known.update((known) => {
      const next = new Map(known);
      for (const { name, ...known } of datasets) next.set(name, known);
      return next;
    });
  }

  /**
   * A page reads the datasets.
   * @returns ends it
   */
  follow(read: DatasetsRead): () => void {
    this.reads.update((reads) => [...reads, read]);
    return () => this.reads.update((reads) => reads.filter((one) => one !== read));
  }

  private load(names: readonly string[]): void {
    for (const name of names) this.asked.add(name);
    this.injector
      .get(HttpClient)
      .get<Envelope<DatasetList>>(`${API}/datasets`)
      .pipe(
        retry({
          delay: (error: unknown) =>
            isRefusal(error) ? throwError(() => error) : timer(RETRY_AFTER_MS),
        }),
        // The names stand for the titles then, until they are wanted again.
        catchError(() => {
          for (const name of names) this.asked.delete(name);
          return EMPTY;
        }),
      )
      .subscribe(({ data }) => this.learn(data.items));
  }
}

/** An answer that a repetition does not change. */
function isRefusal(error: unknown): boolean {
  return error instanceof HttpErrorResponse && error.status >= 400 && error.status < 500;
}
