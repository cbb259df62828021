// The search box of the default theme, as readers of a screen need it.

/** What the box calls itself, and what it should: it is a dialog, and its results are called as they are shown. */
const REPLACED = [
  [
    `      role="button"
      :aria-owns="results?.length ? 'localsearch-list' : undefined"
      aria-expanded="true"
      aria-haspopup="listbox"
`,
    `      role="dialog"
      aria-modal="true"
`,
  ],
  [`              :aria-label="[...p.titles, p.title].join(' > ')"\n`, ''],
  // A result is an option itself: an option may have no link in it.
  [
    `            :id="'localsearch-item-' + index"
            :aria-selected="selectedIndex === index ? 'true' : 'false'"
            role="option"
          >
            <a
`,
    `            role="presentation"
          >
            <a
              :id="'localsearch-item-' + index"
              :aria-selected="selectedIndex === index ? 'true' : 'false'"
              role="option"
`,
  ],
  // The name of a key that is drawn.
  ['<kbd :aria-label', '<kbd role="img" :aria-label'],
];

/** A plugin of Vite. */
export function accessibleSearchBox() {
  return {
    name: 'daysync:search-box',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/VPLocalSearchBox.vue')) return undefined;
      let changed = code;
      for (const [from, to] of REPLACED) {
        if (!changed.includes(from)) {
          throw new Error(`expected the search box of VitePress 1.6.4 to contain ${from}`);
        }
        changed = changed.replaceAll(from, () => to);
      }
      return changed;
    },
  };
}
