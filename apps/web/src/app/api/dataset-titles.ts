import { HttpClient } from '@angular/common/http';
import { effect, inject, Injectable, Injector, signal, untracked } from '@angular/core';
import { catchError, EMPTY } from 'rxjs';
import { API, type Dataset, type DatasetList, type Envelope } from './wire';

/** A title in each language. */
type DatasetTitle = Dataset['title'];

/** A read of the datasets by a page: while it is under way, nothing else needs to ask for the titles. */
interface DatasetsRead {
  readonly isLoading: () => boolean;
}

/** The titles of the datasets, for every place that shows a batch. A batch itself has only the name of its dataset. */
@Injectable({ providedIn: 'root' })
export class DatasetTitles {
  private readonly injector = inject(Injector);
  private readonly known = signal<ReadonlyMap<string, DatasetTitle>>(new Map());
  private readonly wanted = signal<ReadonlySet<string>>(new Set());
  private readonly reads = signal<readonly DatasetsRead[]>([]);
  /** The names that the server was asked for: one that it does not have is not asked for again. */
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
    return this.known().get(name);
  }

  /** Loads the title of a dataset, unless it is known. */
  want(name: string): void {
    if (!untracked(this.wanted).has(name)) this.wanted.update((names) => new Set(names).add(name));
  }

  learn(datasets: readonly Pick<Dataset, 'name' | 'title'>[]): void {
    this.known.update((known) => {
      const next = new Map(known);
      for (const { name, title } of datasets) next.set(name, title);
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
      // The names stand for the titles then.
      .pipe(catchError(() => EMPTY))
      .subscribe(({ data }) => this.learn(data.items));
  }
}
