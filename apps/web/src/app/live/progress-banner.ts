import {
  Component,
  computed,
  DOCUMENT,
  effect,
  ElementRef,
  inject,
  input,
  output,
} from '@angular/core';
import { RouterLink } from '@angular/router';
import { BatchNames } from '../design/batch-names';
import { doneDays, headline, displayStatus } from '../design/progress-view';
import { Words } from '../i18n/words';
import { ActiveBatch } from './active-batch';
import { SegmentedBar } from '../design/segmented-bar';
import { isActive } from './watch-state';

/** How long the end of a batch is shown, unless the user points at it or focuses it. */
const END_SHOWN_MS = 15_000;

/** The active batch in a slim line at the bottom of every page. It moves nothing and takes no focus. */
@Component({
  selector: 'ds-progress-banner',
  imports: [RouterLink, SegmentedBar],
  template: `
    @if (progress(); as p) {
      <section [attr.aria-label]="t('banner.label')" [attr.data-status]="displayStatus(p)">
        <ds-segmented-bar [progress]="p" />
        <div class="line">
          <a #link [routerLink]="['/batches', p.task_id]"
            ><span class="name"
              >{{ names.dataset(p.dataset) }}<span class="wide"> · {{ names.days(p) }}</span></span
            >
            {{ headline() }}</a
          >
          @if (isActive(p)) {
            <span class="count">{{ count() }}</span>
            <span class="tally" [class.wide]="trouble() !== undefined">{{
              t('progress.tally', { success: p.success, failed: p.failed, skipped: p.skipped })
            }}</span>
            @if (trouble(); as text) {
              <span class="trouble">{{ text }}</span>
            }
            @if (isExpired()) {
              <button type="button" (click)="resume(link)">{{ t('watch.resume') }}</button>
            }
          } @else {
            <button
              type="button"
              class="close"
              [attr.aria-label]="t('banner.close')"
              (click)="close()"
            ></button>
          }
          @if (activeCount() > 0) {
            <button
              type="button"
              class="list"
              [attr.aria-expanded]="isListed()"
              (click)="listed.emit()"
            >
              {{ t('banner.list', { count: activeCount() }) }}
            </button>
          }
        </div>
      </section>
    }
  `,
  styles: `
    section {
      --ds-bar-height: 4px;
      position: fixed;
      inset: auto 0 0;
      z-index: 6;
      background: var(--mat-sys-surface-container-lowest);
      border-block-start: 1px solid var(--mat-sys-outline-variant);
      font-size: 13px;
    }
    .line {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0 20px;
      max-width: var(--ds-page-width);
      min-height: 40px;
      margin-inline: auto;
      padding: 4px var(--ds-gutter);
    }
    a {
      min-height: 24px;
      font-weight: 600;
      line-height: 24px;
    }
    .name {
      margin-inline-end: 8px;
      color: var(--mat-sys-on-surface);
    }
    [data-status='succeeded'] a {
      color: var(--ds-success);
    }
    [data-status='partly_failed'] a {
      color: var(--ds-warning);
    }
    [data-status='failed'] a,
    [data-status='all_failed'] a {
      color: var(--ds-failed);
    }
    .trouble {
      color: var(--ds-warning);
      font-weight: 600;
    }
    button {
      flex: none;
      min-width: 32px;
      height: 32px;
      border: 1px solid currentcolor;
      border-radius: 8px;
      background: none;
      color: inherit;
      font: inherit;
      cursor: pointer;
    }
    .list {
      margin-inline-start: auto;
      padding-inline: 10px;
    }
    .close + .list {
      margin-inline-start: 0;
    }
    /* No text: its name is another. */
    .close::before {
      content: '×';
      font-size: 20px;
    }
    .close {
      margin-inline-start: auto;
      border: 0;
    }
    button:hover {
      background: var(--mat-sys-surface-container-high);
    }
    @media (max-width: 860px) {
      .tally {
        display: none;
      }
    }
    @media (max-width: 720px) {
      .line {
        gap: 0 12px;
      }
      .line:has(.close) {
        flex-wrap: nowrap;
      }
      .wide {
        display: none;
      }
    }
    @media print {
      section {
        display: none;
      }
    }
  `,
})
export class ProgressBanner {
  private readonly active = inject(ActiveBatch);
  private readonly words = inject(Words);
  private readonly document = inject(DOCUMENT);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  protected readonly t = this.words.t;

  protected readonly names = inject(BatchNames);
  protected readonly displayStatus = displayStatus;
  protected readonly isActive = isActive;
  protected readonly progress = this.active.progress;
  /** Whether the list of all active batches is open. */
  readonly isListed = input(false);
  /** The user opens or closes that list. */
  readonly listed = output();
  /** How many batches are active, this one included. */
  protected readonly activeCount = computed(
    () => this.active.others() + (isActive(this.progress()) ? 1 : 0),
  );
  protected readonly headline = computed(() => {
    const progress = this.progress();
    return progress && headline(progress, this.words.language());
  });
  /** The finished days, as in the card and in the list. */
  protected readonly count = computed(() => {
    const progress = this.progress();
    if (progress === undefined) return '';
    const { done, percent } = doneDays(progress);
    return this.t('banner.count', { done, total: progress.total, percent });
  });
  protected readonly trouble = computed(() => {
    const kind = this.active.trouble()?.kind;
    return kind === undefined || kind === 'refused' ? undefined : this.t(`banner.${kind}`);
  });
  protected readonly isExpired = computed(() => this.active.trouble()?.kind === 'expired');
  /** The id of the batch whose end is shown. */
  private readonly ended = computed(() => {
    const progress = this.progress();
    return progress === undefined || isActive(progress) ? undefined : progress.task_id;
  });

  constructor() {
    effect((onCleanup) => {
      if (this.ended() === undefined) return;
      const timer = setInterval(() => {
        // What the user points at or has focused does not disappear.
        const { host } = this;
        if (!host.matches(':hover') && !host.contains(this.document.activeElement)) this.dismiss();
      }, END_SHOWN_MS);
      onCleanup(() => clearInterval(timer));
    });
  }

  /** The button disappears, so the focus moves to the link. */
  protected resume(link: HTMLElement): void {
    link.focus();
    this.active.resume();
  }

  /** The banner disappears, so the focus moves to the page without scrolling. */
  protected close(): void {
    this.document.getElementById('main')?.focus({ preventScroll: true });
    this.dismiss();
  }

  private dismiss(): void {
    this.active.dismiss();
  }
}
