/**
 * The colours have a contrast of at least 4.5 (text) and 3 (bar) on their ground, in light and dark; `light-dark` follows
 * the `color-scheme` of the page.
 */
export const STYLE = `
:host {
  display: block;
  --text: var(--daysync-text, light-dark(#1b1f24, #e6e9ed));
  --muted: var(--daysync-muted, light-dark(#56606b, #b3bcc6));
  --ground: var(--daysync-background, light-dark(#ffffff, #1b1e22));
  --line: var(--daysync-border, light-dark(#d5dae0, #3a4047));
  --track: var(--daysync-track, light-dark(#e3e6ea, #30343a));
  --success: var(--daysync-success, light-dark(#1a7f37, #5bb974));
  --failed: var(--daysync-failed, light-dark(#c5221f, #f2867c));
  --skipped: var(--daysync-skipped, light-dark(#76808b, #8b95a1));
  --running: var(--daysync-running, light-dark(#0b57d0, #a8c7fa));
  --warning: var(--daysync-warning, light-dark(#8a4b00, #ffc37d));
}
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; margin: 0; }
.box {
  padding: 12px 16px;
  border: 1px solid var(--line);
  border-radius: var(--daysync-radius, 8px);
  color: var(--text);
  background: var(--ground);
  font: 400 14px/1.5 var(--daysync-font, system-ui, sans-serif);
  font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere;
}
.row { display: flex; flex-wrap: wrap; gap: 0 16px; }
.row > :first-child { margin-inline-end: auto; }
.state { font-weight: 600; }
[data-state=paused] .state { color: var(--warning); }
[data-state=failed] .state, [data-state=partly_failed] .state, [data-state=all_failed] .state { color: var(--failed); }
.muted { color: var(--muted); }
.bar {
  display: flex;
  height: var(--daysync-bar-height, 10px);
  margin: 8px 0;
  border-radius: 99px;
  overflow: hidden;
  background: var(--track);
}
.bar > span { width: 0; transition: width .3s ease-out; }
.success { background: var(--success); }
.failed { background: repeating-linear-gradient(135deg, var(--failed) 0 5px, color-mix(in srgb, var(--failed) 65%, var(--ground)) 5px 8px); }
.skipped { background: var(--skipped); }
.running { background: var(--running); animation: pulse 1.6s ease-in-out infinite; }
.counts { display: flex; flex-wrap: wrap; gap: 0 12px; }
.key { display: inline-block; width: .7em; height: .7em; margin-inline-end: .4em; border-radius: 2px; }
.notice { color: var(--warning); }
.row + .notice { margin-top: 4px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@keyframes pulse { 50% { opacity: .45; } }
@media (prefers-reduced-motion: reduce) { .bar > span { transition: none; animation: none; } }
@media (forced-colors: active) {
  .bar { border: 1px solid CanvasText; }
  .bar > span, .key { forced-color-adjust: none; }
}`;
