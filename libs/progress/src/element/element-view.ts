import { progressMessage, type Language } from '../message.js';
import type { Progress } from '../progress.js';
import type { WatchUpdate } from '../watch-progress.js';
import { STYLE } from './style.js';
import { displayedState, doneDaysOf, timeLeft, WORDS } from './words.js';

/** What the element shows. */
export interface ElementState {
  readonly language: Language;
  /** The newest progress; `undefined` before the first. */
  readonly progress: Progress | undefined;
  /** The result of the latest request; `undefined` before the first. */
  readonly update: WatchUpdate | undefined;
  /** Since the progress arrived, in milliseconds. */
  readonly sinceMs: number;
}

const OUTCOMES_SHOWN = ['success', 'failed', 'skipped'] as const;

/** The content of the element: created once, and updated in place, so that a reader's place in it stays. */
export class ElementView {
  private readonly box = create('div', 'box', 'box');
  private readonly head = create('div', 'row');
  private readonly state = create('span', 'state', 'state');
  private readonly left = create('span', 'muted', 'time-left');
  private readonly message = create('p', 'muted', 'message');
  private readonly bar = create('div', 'bar', 'bar');
  private readonly days = create('span', '', 'days');
  private readonly counts = create('span', 'counts', 'counts');
  private readonly notice = create('p', 'notice', 'notice');
  private readonly live = create('p', 'unseen');
  private readonly segments = {
    success: create('span', 'success', 'success'),
    failed: create('span', 'failed', 'failed'),
    skipped: create('span', 'skipped', 'skipped'),
    running: create('span', 'running', 'running'),
  };

  constructor(root: ShadowRoot) {
    // A sheet, and no <style>: a page may forbid inline styles.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.head.append(this.state, this.left);
    const foot = create('div', 'row');
    foot.append(this.days, this.counts);
    this.bar.append(...Object.values(this.segments));
    this.bar.role = 'progressbar';
    this.bar.ariaValueMin = '0';
    this.bar.ariaValueMax = '100';
    this.live.role = 'status';
    this.box.append(this.head, this.message, this.bar, foot, this.notice, this.live);
    this.box.hidden = true;
    root.append(this.box);
  }

  /** Says a text to screen readers. */
  announce(text: string): void {
    setText(this.live, text);
  }

  hide(): void {
    this.box.hidden = true;
    this.announce('');
  }

  show({ language, progress, update, sinceMs }: ElementState): void {
    const words = WORDS[language];
    this.box.hidden = false;
    this.box.lang = language === 'zh' ? 'zh-CN' : 'en';
    this.bar.ariaLabel =
      progress === undefined ? words.label : `${words.label}: ${progress.dataset}`;
    const notice = noticeOf(update, language);
    setText(this.notice, notice);
    this.notice.hidden = notice === '';
    const isKnown = progress !== undefined;
    for (const part of [this.message, this.days, this.counts]) part.hidden = !isKnown;
    this.bar.hidden = !isKnown && update?.kind === 'refused';
    if (!isKnown) {
      setText(this.state, notice === '' ? words.loading : '');
      setText(this.left, '');
      this.head.hidden = notice !== '';
      this.showSegments([0, 0, 0, 0]);
      // Without a value: its progress is unknown.
      this.bar.ariaValueNow = null;
      this.bar.ariaValueText = null;
      return;
    }
    this.head.hidden = false;
    const { total } = progress;
    const { done, leftOut, percent } = doneDaysOf(progress);
    const { success, failed, skipped, running } = progress;
    setText(this.state, words.state[displayedState(progress)]);
    setText(this.left, notice === '' ? timeLeft(progress, sinceMs, language) : '');
    setText(this.message, progressMessage(progress, language));
    const days = words.days(done, total, percent);
    setText(this.days, days);
    this.bar.ariaValueNow = String(percent);
    this.bar.ariaValueText = days;
    this.showSegments(
      [success, failed, skipped - leftOut, running].map((part) =>
        total === 0 ? 0 : (100 * part) / total,
      ),
    );
    this.showCounts(progress, language);
  }

  private showSegments(widths: readonly number[]): void {
    for (const [index, segment] of Object.values(this.segments).entries()) {
      segment.style.width = `${widths[index] ?? 0}%`;
    }
  }

  private showCounts(progress: Progress, language: Language): void {
    if (this.counts.childElementCount === 0) {
      for (const outcome of OUTCOMES_SHOWN) {
        const count = create('span', '', `${outcome}-count`);
        // The colour and pattern that it has in the bar.
        count.append(create('span', `key ${outcome}`), create('span', ''));
        this.counts.append(count);
      }
    }
    for (const [index, outcome] of OUTCOMES_SHOWN.entries()) {
      const text = this.counts.children[index]?.lastElementChild;
      if (text) setText(text, `${WORDS[language][outcome]} ${progress[outcome]}`);
    }
  }
}

/** Why the progress may be old; empty for the newest. */
function noticeOf(update: WatchUpdate | undefined, language: Language): string {
  if (update === undefined || update.kind === 'progress') return '';
  const words = WORDS[language];
  return update.kind === 'refused' ? words.refused(update.code) : words[update.kind];
}

function create(tag: string, className: string, part = ''): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  if (part !== '') element.setAttribute('part', part);
  return element;
}

/** Unchanged text stays as it is: a live region would say it again. */
function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
