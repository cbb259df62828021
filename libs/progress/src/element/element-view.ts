import { describeProgress, type BarPart, type ProgressDescription } from '../describe-progress.js';
import type { Language } from '../message.js';
import type { Progress } from '../progress.js';
import type { WatchUpdate } from '../watch-progress.js';
import { STYLE } from './style.js';

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
  private readonly segments: Readonly<Record<BarPart, HTMLElement>> = {
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
    const shown = describeProgress({ progress, update }, { language, sinceMs });
    const isKnown = progress !== undefined;
    this.box.hidden = false;
    this.box.lang = shown.lang;
    if (shown.displayed === null) delete this.box.dataset['state'];
    else this.box.dataset['state'] = shown.displayed;
    this.head.hidden = !isKnown && shown.notice !== '';
    setText(this.state, shown.state);
    setText(this.left, shown.timeLeft);
    for (const part of [this.message, this.days, this.counts]) part.hidden = !isKnown;
    setText(this.message, shown.message);
    setText(this.days, shown.days);
    this.showCounts(shown.counts);
    setText(this.notice, shown.notice);
    this.notice.hidden = shown.notice === '';
    this.bar.hidden = !isKnown && update?.kind === 'refused';
    this.bar.ariaLabel = shown.label;
    // Without a value: its progress is unknown.
    this.bar.ariaValueNow = shown.percent === null ? null : String(shown.percent);
    this.bar.ariaValueText = shown.percent === null ? null : shown.days;
    for (const { name, percent } of shown.parts) this.segments[name].style.width = `${percent}%`;
  }

  private showCounts(counts: ProgressDescription['counts']): void {
    for (const [index, { name, text }] of counts.entries()) {
      if (this.counts.children[index] === undefined) {
        const count = create('span', '', `${name}-count`);
        // The colour and pattern that it has in the bar.
        count.append(create('span', `key ${name}`), create('span', ''));
        this.counts.append(count);
      }
      const words = this.counts.children[index]?.lastElementChild;
      if (words) setText(words, text);
    }
  }
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
