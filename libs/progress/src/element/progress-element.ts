import { languageOf } from '../describe-progress.js';
import { isTerminal, type Progress } from '../progress.js';
import { watchProgress, type WatchUpdate } from '../watch-progress.js';
import { nextWords, NOTHING_ANNOUNCED } from './announcements.js';
import { ElementView } from './element-view.js';

/**
 * The element `<daysync-progress task-id="…">`: the live progress of a batch.
 *
 * Attributes: `task-id` (the batch), `url` (the address of the server, by default that of the page), `lang` (Chinese for
 * `zh`, English for any other; by default that of the page). All may change at any time.
 *
 * Events: `progress` and `end` (a `CustomEvent` whose `detail` is the progress), `error` (its `detail` says why
 * there is no progress, for now or at all). They do not bubble.
 */
export interface ProgressElement extends HTMLElement {
  /** The attribute `task-id`; null without one. */
  taskId: string | null;
  /** The attribute `url`: the address of the server. */
  url: string;
  /** A viewer's token. Not an attribute, so that it does not stand in the page. @default none: the cookie of the console */
  token: string | undefined;
  /** The newest progress; `undefined` before the first. */
  readonly progress: Progress | undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'daysync-progress': ProgressElement;
  }
}

const API = '/api/v1/sync-status';
/** The least interval of polls in a hidden tab. */
const HIDDEN_INTERVAL_MS = 30_000;
const SHOWN_INTERVAL_MS = 250;

/** The element of this page that has a stream, at most one: browsers allow few connections to a server. Others poll. */
const streaming = new Set<ProgressElement>();

/**
 * Defines the element; does nothing where it is defined already.
 * @param name the name of its tag. @default daysync-progress
 */
export function defineProgressElement(name = 'daysync-progress'): void {
  if (customElements.get(name) === undefined) customElements.define(name, createClass());
}

/** Created when it is defined: Node has no `HTMLElement`, and may import this file all the same. */
function createClass(): new () => ProgressElement {
  return class extends HTMLElement implements ProgressElement {
    static readonly observedAttributes = ['task-id', 'url', 'lang'];

    progress: Progress | undefined;
    private readonly view = new ElementView(this.attachShadow({ mode: 'open' }));
    private update: WatchUpdate | undefined;
    private announced = NOTHING_ANNOUNCED;
    private arrivedAt = 0;
    private secret: string | undefined;
    private watching: AbortController | undefined;
    private ticking: ReturnType<typeof setInterval> | undefined;
    /** Not `isConnected`: that is true as well while the attributes of an element in the page are read first. */
    private isInPage = false;
    private readonly restart = (): void => this.watch();

    get taskId(): string | null {
      return this.getAttribute('task-id');
    }

    set taskId(taskId: string | null) {
      if (taskId === null) this.removeAttribute('task-id');
      else this.setAttribute('task-id', taskId);
    }

    get url(): string {
      return this.getAttribute('url') ?? '';
    }

    set url(url: string) {
      this.setAttribute('url', url);
    }

    get token(): string | undefined {
      return this.secret;
    }

    set token(token: string | undefined) {
      this.secret = token;
      this.watch();
    }

    connectedCallback(): void {
      this.adoptEarlyProperties();
      this.isInPage = true;
      document.addEventListener('visibilitychange', this.restart);
      addEventListener('online', this.restart);
      this.watch();
    }

    disconnectedCallback(): void {
      this.isInPage = false;
      document.removeEventListener('visibilitychange', this.restart);
      removeEventListener('online', this.restart);
      this.stop();
    }

    attributeChangedCallback(name: string, before: string | null, now: string | null): void {
      if (before === now) return;
      if (name === 'lang') {
        this.render();
        return;
      }
      this.progress = undefined;
      this.update = undefined;
      this.announced = NOTHING_ANNOUNCED;
      this.watch();
    }

    /** A page may set them before the element is defined: they are fields of the object then, and hide the accessors. */
    private adoptEarlyProperties(): void {
      for (const name of ['taskId', 'url', 'token']) {
        const early = Object.getOwnPropertyDescriptor(this, name);
        if (early === undefined) continue;
        Reflect.deleteProperty(this, name);
        Reflect.set(this, name, early.value);
      }
    }

    /** Watches anew, with what is set now; after the batch's end there is nothing to watch. */
    private watch(): void {
      this.stop();
      this.render();
      const { taskId } = this;
      const hasEnded = this.progress !== undefined && isTerminal(this.progress.status);
      if (!this.isInPage || taskId === null || taskId === '' || hasEnded) return;
      this.watching = new AbortController();
      this.ticking = setInterval(() => this.render(), 1_000);
      const isShown = document.visibilityState !== 'hidden';
      if (isShown && streaming.size === 0) streaming.add(this);
      void this.follow(taskId, this.watching.signal);
    }

    private async follow(taskId: string, signal: AbortSignal): Promise<void> {
      const updates = watchProgress(taskId, {
        baseUrl: this.url.replace(/\/*$/, API),
        headers: () =>
          this.secret === undefined ? {} : { authorization: `Bearer ${this.secret}` },
        signal,
        newest: this.progress,
        stream: streaming.has(this),
        leastIntervalMs:
          document.visibilityState === 'hidden' ? HIDDEN_INTERVAL_MS : SHOWN_INTERVAL_MS,
      });
      try {
        for await (const update of updates) {
          if (signal.aborted) return;
          this.apply(update);
        }
      } finally {
        // After an error as well: the stream is for another element then.
        if (!signal.aborted) this.stop();
      }
    }

    private apply(update: WatchUpdate): void {
      this.update = update;
      if (update.kind !== 'progress') {
        this.render();
        this.emit('error', update);
        return;
      }
      const { progress } = update;
      // An unchanged progress is no newer: the time left goes on.
      if (progress.rev !== this.progress?.rev) this.arrivedAt = performance.now();
      this.progress = progress;
      this.render();
      this.emit('progress', progress);
      if (isTerminal(progress.status)) this.emit('end', progress);
    }

    private emit(type: string, detail: unknown): void {
      this.dispatchEvent(new CustomEvent(type, { detail }));
    }

    private stop(): void {
      this.watching?.abort();
      clearInterval(this.ticking);
      streaming.delete(this);
    }

    private render(): void {
      const { taskId, progress, update } = this;
      if (!this.isInPage) return;
      if (taskId === null || taskId === '') {
        this.view.hide();
        return;
      }
      // In a shadow root, `closest` does not see the page around it.
      const inherited = this.closest('[lang]')?.getAttribute('lang');
      const ofPage = document.documentElement.lang || navigator.language;
      const language = languageOf(inherited ?? ofPage);
      const now = performance.now();
      this.view.show({ language, progress, update, sinceMs: now - this.arrivedAt });
      if (update === undefined) return;
      const next = nextWords(this.announced, progress, update, { now, language });
      if (next === undefined) return;
      this.announced = next.announced;
      this.view.announce(next.text);
    }
  };
}
