import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { anchorOf, projectLinks } from '../links.mjs';
import { accessibleSearchBox } from '../search-box.mjs';
import { scrollingTables } from '../tables.mjs';
import { ALSO_FOR_CHINESE, BASE, CHINESE, DECISIONS, ENGLISH } from '../navigation.mjs';
import { wordsOf } from '../words.mjs';

const TOP = path.resolve(import.meta.dirname, '../..');
const inTheme = (file) => path.join(import.meta.dirname, 'theme', file);

const linkTo = (at) => `/${at.replace(/(^|\/)index$/, '$1')}`;

function sidebarOf(chapters) {
  return chapters.map(({ text, pages }) => ({
    text,
    items: pages.map((page) => ({ text: page.text, link: linkTo(page.at) })),
  }));
}

const englishForChinese = ALSO_FOR_CHINESE.map(({ text, pages }) => ({
  text,
  items: Object.entries(pages).map(([at, title]) => ({ text: title, link: linkTo(at) })),
}));

export default defineConfig({
  base: BASE,
  srcDir: path.join(TOP, '.cache/site/pages'),
  outDir: path.join(TOP, 'dist/site'),
  cacheDir: path.join(TOP, '.cache/site/vite'),
  title: 'Daysync',
  titleTemplate: ':title · Daysync',
  description: 'Syncs data day by day over a date range into a database, and shows the run live.',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${BASE}favicon.svg` }]],
  // In a file of its own: the Content-Security-Policy of the program allows no script in a page.
  metaChunk: true,
  // A page tells the reader to open it on their machine.
  ignoreDeadLinks: 'localhostLinks',
  locales: {
    root: { label: 'English', lang: 'en', themeConfig: englishTheme() },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      description: '按日期范围逐日将数据从来源同步到数据库，并实时显示进度。',
      themeConfig: chineseTheme(),
    },
  },
  themeConfig: {
    logo: '/favicon.svg',
    search: {
      provider: 'local',
      options: {
        // A new search begins empty.
        disableQueryPersistence: true,
        miniSearch: {
          options: { tokenize: wordsOf },
          searchOptions: {
            combineWith: 'AND',
            prefix: true,
            boost: { title: 4, text: 2, titles: 1 },
          },
        },
        locales: { zh: { translations: chineseSearch() } },
      },
    },
  },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    languageAlias: { cron: 'sh', caddyfile: 'nginx' },
    anchor: { slugify: anchorOf },
    // The pages are plain Markdown: what looks like a tag is text.
    html: false,
    config: (md) => {
      projectLinks(md, BASE);
      scrollingTables(md);
    },
  },
  vite: {
    plugins: [withoutFunctionsInPages(), accessibleSearchBox()],
    resolve: {
      alias: [
        { find: /^minisearch$/, replacement: inTheme('search.mjs') },
        {
          find: 'minisearch-itself',
          replacement: fileURLToPath(import.meta.resolve('minisearch')),
        },
        { find: /^.*\/composables\/langs$/, replacement: inTheme('languages.mjs') },
      ],
    },
  },
});

/** The index is split by a function; in a page it would be code in a string, which the policy forbids. */
function withoutFunctionsInPages() {
  return {
    name: 'daysync:search-in-pages',
    configResolved({ vitepress }) {
      const { search } = vitepress.site.themeConfig;
      const { searchOptions } = search.options.miniSearch;
      search.options = { ...search.options, miniSearch: { searchOptions } };
    },
  };
}

function englishTheme() {
  return {
    nav: [
      { text: 'Start', link: '/start', activeMatch: '^/(start|console)?$' },
      { text: 'Concepts', link: '/concepts' },
      { text: 'How-to', link: '/schedules' },
      { text: 'Recipes', link: '/recipes' },
      { text: 'Reference', link: '/configuration' },
      { text: 'Operate', link: '/deploy' },
      { text: 'Decisions', link: linkTo(DECISIONS.pages[0].at), activeMatch: '^/adr/' },
    ],
    sidebar: { '/': sidebarOf(ENGLISH), '/adr/': sidebarOf([ENGLISH[0], DECISIONS]) },
    outline: { label: 'On this page' },
  };
}

function chineseTheme() {
  return {
    nav: [
      { text: '入门', link: '/zh/start' },
      { text: '基本概念', link: '/zh/concepts' },
      { text: '控制台', link: '/zh/console' },
    ],
    sidebar: [...sidebarOf(CHINESE), ...englishForChinese],
    outline: { label: '本页目录' },
    docFooter: { prev: '上一页', next: '下一页' },
    darkModeSwitchLabel: '外观',
    darkModeSwitchTitle: '切换到深色',
    lightModeSwitchTitle: '切换到浅色',
    sidebarMenuLabel: '目录',
    returnToTopLabel: '返回顶部',
    langMenuLabel: '切换语言',
    skipToContentLabel: '跳到正文',
    notFound: {
      title: '没有这个页面',
      quote: '地址可能有误，或页面已移到别处。',
      linkLabel: '前往概览',
      linkText: '前往概览',
    },
  };
}

function chineseSearch() {
  return {
    button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
    modal: {
      displayDetails: '显示详情',
      resetButtonTitle: '清除',
      backButtonTitle: '关闭搜索',
      noResultsText: '没有找到：',
      footer: {
        selectText: '打开',
        selectKeyAriaLabel: '回车键',
        navigateText: '选择',
        navigateUpKeyAriaLabel: '上方向键',
        navigateDownKeyAriaLabel: '下方向键',
        closeText: '关闭',
        closeKeyAriaLabel: 'Esc 键',
      },
    },
  };
}
