// Tables that are wider than their column scroll in a box of their own, also by the keyboard.

/** A plugin of markdown-it. */
export function scrollingTables(md) {
  md.renderer.rules.table_open = (tokens, at, options, env, self) => {
    const name = String(env.relativePath ?? '').startsWith('zh/') ? '表格' : 'Table';
    const box = `<div class="table" role="group" aria-label="${name}" tabindex="0">`;
    return box + self.renderToken(tokens, at, options);
  };
  md.renderer.rules.table_close = (tokens, at, options, _env, self) =>
    `${self.renderToken(tokens, at, options)}</div>`;
}
