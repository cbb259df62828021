import { Location } from '@angular/common';
import { DOCUMENT, ErrorHandler, inject, Injectable, Injector, signal } from '@angular/core';
import { NavigationEnd, Router, type NavigationError } from '@angular/router';
import { filter } from 'rxjs';
import { hasAll, noteBuild, servedScripts } from './new-build';
import { CLOCK } from './time/clock';
import { RANDOM } from './time/random';

/** How long to wait before the server is asked again: at first, and at most. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;

/** Angular's code for a `@defer` block that could not be loaded, and what browsers say of a failed import. */
const NOT_LOADED = /^NG0750|dynamically imported module|Importing a module script failed/;

/**
 * The parts of the console that load when they are needed: other pages, the panel of a day, the other language. While
 * the server restarts they can't be loaded, and after an upgrade they are no longer there. The browser remembers an
 * import that failed, so only a reload of the tab brings them; the page, its filters and its form are in the address.
 */
@Injectable({ providedIn: 'root' })
export class LateParts {
  private readonly document = inject(DOCUMENT);
  private readonly location = inject(Location);
  private readonly clock = inject(CLOCK);
  private readonly random = inject(RANDOM);

  private readonly failure = signal<'unreachable' | 'missing' | undefined>(undefined);
  private isRecovering = false;
  /** The address of a failed navigation, until another one succeeds. */
  private wanted: string | undefined;

  /** Why a part is not there: the server does not answer, or it does not have the part. */
  readonly trouble = this.failure.asReadonly();

  constructor() {
    const { events } = inject(Router);
    events.pipe(filter((event) => event instanceof NavigationEnd)).subscribe(() => {
      this.wanted = undefined;
      this.failure.update((failure) => (failure === 'missing' ? undefined : failure));
    });
  }

  /** Opens the page of a failed navigation as soon as it can be loaded. */
  openLater({ url, error }: Pick<NavigationError, 'url' | 'error'>): void {
    this.wanted = this.location.prepareExternalUrl(url);
    if (isMissingPart(error)) void this.recover();
    else void this.reloadForNewBuild();
  }

  /** Loads the tab anew as soon as the server answers. */
  async recover(): Promise<void> {
    if (this.isRecovering) return;
    this.isRecovering = true;
    const scripts = await this.untilServed();
    if (noteBuild(scripts, this.clock.now())) {
      this.load();
    } else {
      this.failure.set('missing');
      this.isRecovering = false;
    }
  }

  /** Loads the tab anew now, at the wanted page if there is one. */
  load(): void {
    if (this.wanted === undefined) this.document.location.reload();
    else this.document.location.assign(this.wanted);
  }

  private async untilServed(): Promise<readonly string[]> {
    for (let ceiling = FIRST_WAIT_MS; ; ceiling = Math.min(2 * ceiling, LONGEST_WAIT_MS)) {
      const scripts = await servedScripts(this.document.baseURI);
      if (scripts.length > 0) return scripts;
      this.failure.set('unreachable');
      const waitMs = ceiling * (0.5 + this.random() / 2);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  /** A page that fails for another reason may work in another build. */
  private async reloadForNewBuild(): Promise<void> {
    const scripts = await servedScripts(this.document.baseURI);
    if (scripts.length === 0 || hasAll(this.document, scripts)) return;
    if (noteBuild(scripts, this.clock.now())) this.load();
  }
}

/** Reports errors as Angular does, and recovers from those of parts that could not be loaded. */
@Injectable()
export class ReportedErrors extends ErrorHandler {
  /** Angular makes this handler before most of what `LateParts` needs. */
  private readonly injector = inject(Injector);

  override handleError(error: unknown): void {
    super.handleError(error);
    if (isMissingPart(error)) void this.injector.get(LateParts).recover();
  }
}

/** For the router. */
export function openLater(failed: NavigationError): void {
  inject(LateParts).openLater(failed);
}

/** Whether an error says that a part of the console could not be loaded. */
export function isMissingPart(error: unknown): boolean {
  return error instanceof Error && NOT_LOADED.test(error.message);
}
