import { Component, ElementRef, inject, viewChild, type AfterViewInit } from '@angular/core';
import { injectShortcutsWords } from '../i18n/shortcuts-words';
import { Shortcuts } from './shortcuts';

const CALENDAR = [
  [['←', '→', '↑', '↓'], 'shortcuts.move'],
  [['Home', 'End'], 'shortcuts.line'],
  [['Ctrl', 'Home / End'], 'shortcuts.all'],
  [['Page Up', 'Page Down'], 'shortcuts.month'],
  [['Alt', 'Page Up / Page Down'], 'shortcuts.year'],
  [['Shift', '← → ↑ ↓'], 'shortcuts.select'],
  [['Ctrl', 'Space'], 'shortcuts.another'],
  [['Enter'], 'shortcuts.day'],
  [['Esc'], 'shortcuts.escape'],
] as const;

const EVERYWHERE = [
  [['?'], 'shortcuts.list'],
  [['Tab'], 'shortcuts.tab'],
  [['Esc'], 'shortcuts.close_panel'],
] as const;

/** The list of keyboard shortcuts. */
@Component({
  selector: 'ds-shortcuts-dialog',
  template: `
    <dialog #dialog aria-labelledby="ds-shortcuts" (close)="shortcuts.hide()">
      <div class="head">
        <h2 id="ds-shortcuts">{{ t('shortcuts.title') }}</h2>
        <button
          class="ds-icon-button"
          type="button"
          [attr.aria-label]="t('panel.close')"
          (click)="dialog.close()"
        >
          <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
            <path d="M5 5l10 10M15 5L5 15" />
          </svg>
        </button>
      </div>
      @for (group of groups; track group.word) {
        <h3>{{ t(group.word) }}</h3>
        <dl>
          @for (entry of group.entries; track entry[1]) {
            <div>
              <dt>
                @for (key of entry[0]; track key) {
                  <kbd>{{ key }}</kbd>
                }
              </dt>
              <dd>{{ t(entry[1]) }}</dd>
            </div>
          }
        </dl>
      }
      <label>
        <input
          #key
          type="checkbox"
          [checked]="shortcuts.isOn()"
          (change)="shortcuts.turn(key.checked)"
        />
        {{ t('shortcuts.on') }}
      </label>
    </dialog>
  `,
  styles: `
    dialog {
      width: min(520px, calc(100vw - 24px));
      max-height: calc(100vh - 24px);
      padding: 16px 20px 20px;
      overflow-y: auto;
      border: 1px solid var(--mat-sys-outline-variant);
      border-radius: var(--ds-radius);
      background: var(--mat-sys-surface-container-lowest);
      color: inherit;
    }
    dialog::backdrop {
      background: rgb(0 0 0 / 40%);
    }
    .head {
      display: flex;
      align-items: center;
      justify-content: space-between;
    }
    h3 {
      margin-block: 12px 4px;
    }
    dl > div {
      display: grid;
      grid-template-columns: minmax(0, 200px) minmax(0, 1fr);
      gap: 4px 16px;
      padding-block: 4px;
    }
    dt {
      display: flex;
      flex-wrap: wrap;
      gap: 4px;
    }
    kbd {
      padding: 1px 6px;
      border: 1px solid var(--mat-sys-outline-variant);
      border-radius: 4px;
      font: 12px/18px var(--ds-font-mono);
    }
    label {
      display: flex;
      align-items: center;
      gap: 8px;
      min-height: 24px;
      margin-block-start: 16px;
    }
    input {
      flex: none;
      width: 18px;
      height: 18px;
      accent-color: var(--mat-sys-primary);
    }
    @media (max-width: 480px) {
      dl > div {
        grid-template-columns: minmax(0, 1fr);
      }
    }
  `,
})
export class ShortcutsDialog implements AfterViewInit {
  protected readonly t = injectShortcutsWords();
  protected readonly shortcuts = inject(Shortcuts);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  protected readonly groups = [
    { word: 'shortcuts.everywhere', entries: EVERYWHERE },
    { word: 'shortcuts.calendar', entries: CALENDAR },
  ] as const;

  /** When it closes, the browser gives the focus back to where it was. */
  ngAfterViewInit(): void {
    this.dialog().nativeElement.showModal();
  }
}
