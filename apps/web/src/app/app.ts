import { Component, inject, signal } from '@angular/core';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { KeptFocus } from './design/kept-focus';
import { ThemeSwitch } from './design/theme-switch';
import { LanguageSwitch } from './i18n/language-switch';
import { PageAnnouncer } from './i18n/page-announcer';
import { Words } from './i18n/words';
import type { WordKey } from './i18n/zh';
import { LateParts } from './late-parts';
import { Announcer } from './live/announcer';
import { ProgressBanner } from './live/progress-banner';
import { ActivePanel } from './progress-card/active-panel';
import { SessionMenu } from './session/session-menu';
import { ShortcutsButton } from './shortcuts/shortcuts-button';

const IGNORED = { queryParams: 'ignored', fragment: 'ignored', matrixParams: 'ignored' } as const;

const PAGES: readonly { readonly path: string; readonly word: WordKey }[] = [
  { path: '/', word: 'nav.sync' },
  { path: '/calendar', word: 'nav.calendar' },
  { path: '/records', word: 'nav.records' },
  { path: '/batches', word: 'nav.batches' },
  { path: '/datasets', word: 'nav.datasets' },
  { path: '/quarantine', word: 'nav.quarantine' },
  { path: '/webhooks', word: 'nav.webhooks' },
];

/** The frame of every page: skip link, top bar, main. */
@Component({
  selector: 'ds-root',
  imports: [
    ActivePanel,
    Announcer,
    KeptFocus,
    LanguageSwitch,
    PageAnnouncer,
    ProgressBanner,
    RouterLink,
    RouterLinkActive,
    RouterOutlet,
    SessionMenu,
    ShortcutsButton,
    ThemeSwitch,
  ],
  template: `
    <a class="skip" href="#main" (click)="skip($event, main)">{{ t('app.skip') }}</a>
    <header>
      <div class="bar">
        <a class="brand" routerLink="/">
          <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" focusable="false">
            <rect width="32" height="32" rx="7" />
            <path
              d="M8 8h4v4H8zM14 8h4v4h-4zM20 8h4v4h-4zM8 14h4v4H8zM14 14h4v4h-4zM8 21h16v3H8z"
            />
          </svg>
          {{ t('app.name') }}
          <span class="tagline">{{ t('app.tagline') }}</span>
        </a>
        <nav [attr.aria-label]="t('nav.label')">
          @for (page of pages; track page.path) {
            <a
              [routerLink]="page.path"
              routerLinkActive="here"
              ariaCurrentWhenActive="page"
              [routerLinkActiveOptions]="page.path === '/' ? exactly : anyBelow"
              >{{ t(page.word) }}</a
            >
          }
        </nav>
        <div class="tools">
          <ds-shortcuts-button />
          <ds-theme-switch />
          <ds-language-switch />
        </div>
        <ds-session-menu />
      </div>
      @if (trouble(); as kind) {
        <p class="ds-message warning trouble" role="alert">
          {{ t(kind === 'missing' ? 'part.missing' : 'part.unreachable') }}
          @if (kind === 'missing') {
            <button class="ds-text-button" type="button" (click)="parts.load()">
              {{ t('part.reload') }}
            </button>
          }
        </p>
      }
    </header>
    <main #main id="main" tabindex="-1">
      <router-outlet />
    </main>
    <!-- Loaded beside the page, which needs the same code. -->
    @defer (on immediate) {
      <ds-progress-banner [isListed]="isListed()" (listed)="isListed.set(!isListed())" />
      <ds-announcer />
      <ds-page-announcer />
      <ds-kept-focus />
    }
    @if (isListed()) {
      @defer (on immediate) {
        <ds-active-panel (closed)="isListed.set(false)" />
      }
    }
  `,
  styles: `
    :host {
      display: block;
    }
    .skip {
      position: absolute;
      inset-inline-start: 8px;
      inset-block-start: -60px;
      z-index: 10;
      padding: 10px 16px;
      border-radius: 8px;
      background: var(--mat-sys-primary);
      color: var(--mat-sys-on-primary);
    }
    .skip:focus {
      inset-block-start: 8px;
    }
    header {
      position: sticky;
      top: 0;
      z-index: 5;
      background: var(--mat-sys-surface-container-lowest);
      border-block-end: 1px solid var(--mat-sys-outline-variant);
    }
    .bar {
      display: flex;
      align-items: center;
      gap: 8px 24px;
      max-width: var(--ds-page-width);
      min-height: 56px;
      margin-inline: auto;
      padding-inline: var(--ds-gutter);
    }
    .brand {
      display: flex;
      flex: none;
      align-items: center;
      gap: 10px;
      min-height: 40px;
      font-size: 18px;
      font-weight: 600;
      color: inherit;
      text-decoration: none;
    }
    .brand rect {
      fill: var(--mat-sys-primary);
    }
    .brand path {
      fill: var(--mat-sys-on-primary);
    }
    .tagline {
      font-size: 13px;
      font-weight: 400;
      color: var(--mat-sys-on-surface-variant);
    }
    .tools {
      display: flex;
      align-items: center;
      margin-inline-start: auto;
    }
    nav {
      display: flex;
      align-self: stretch;
      gap: 4px;
    }
    nav a {
      display: flex;
      align-items: center;
      padding-inline: 12px;
      border-block: 3px solid transparent;
      color: var(--mat-sys-on-surface-variant);
      text-decoration: none;
      white-space: nowrap;
    }
    nav a:hover {
      color: var(--mat-sys-on-surface);
    }
    nav a.here {
      border-block-end-color: var(--mat-sys-primary);
      color: var(--mat-sys-primary);
      font-weight: 600;
    }
    .trouble {
      border-radius: 0;
      padding-inline: var(--ds-gutter);
      text-align: center;
    }
    main {
      max-width: var(--ds-page-width);
      margin-inline: auto;
      // Reserves room for the banner: nothing moves when it appears.
      padding: 20px var(--ds-gutter) 96px;
      outline: none;
    }
    // There even transparent borders are seen.
    @media (forced-colors: active) {
      nav a:not(.here) {
        border-color: Canvas;
      }
    }
    @media (max-width: 1040px) {
      .tagline {
        display: none;
      }
    }
    // A low window, such as one at 200 %, has its whole height for the page.
    @media (max-height: 500px) {
      header {
        position: static;
      }
    }
    // The links get their own row, or two: all are seen without scrolling.
    @media (max-width: 1040px) {
      .bar {
        flex-wrap: wrap;
        gap: 0 8px;
      }
      nav {
        order: 1;
        flex: 1 0 100%;
        flex-wrap: wrap;
      }
      nav a {
        min-height: 40px;
      }
    }
    // Two rows of links would take too much of a low window: the page has all of it.
    @media (max-width: 720px) {
      header {
        position: static;
      }
    }
    @media (max-width: 480px) {
      nav {
        gap: 0;
      }
      nav a {
        min-height: 36px;
        padding-inline: 8px;
        border-block-width: 2px;
      }
    }
  `,
})
export class App {
  protected readonly t = inject(Words).t;
  protected readonly parts = inject(LateParts);
  protected readonly trouble = this.parts.trouble;
  protected readonly pages = PAGES;
  /** Whether the list of all active batches is open. */
  protected readonly isListed = signal(false);
  /** Every address starts with `/`. */
  protected readonly exactly = { ...IGNORED, paths: 'exact' } as const;
  protected readonly anyBelow = { ...IGNORED, paths: 'subset' } as const;

  /** With the base address `/`, a bare `#main` would navigate. */
  protected skip(event: Event, main: HTMLElement): void {
    event.preventDefault();
    main.focus();
  }
}
