// The pages of the site with their places in the navigation. Every page of docs/ has to be here: a test compares.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path at which the program serves the site. */
export const BASE = '/docs/site/';

const ADR = 'docs/adr';

/**
 * A page: its file in the project, its path in the site without `.html`, and its title in the navigation.
 * @typedef {{ file: string, at: string, text: string }} SitePage
 * A chapter of the navigation.
 * @typedef {{ text: string, pages: readonly SitePage[] }} Chapter
 */

const page = (file, at, text) => ({ file, at, text });
/** A page of docs/ has the same path in the site. */
const doc = (name, text) => page(`docs/${name}.md`, name, text);
/** The Chinese page of a name stands below zh/. */
const chinese = (name, text) => page(`docs/${name}.zh.md`, `zh/${name}`, text);

/** @type {readonly Chapter[]} */
export const ENGLISH = [
  {
    text: 'Start',
    pages: [
      page('README.md', 'index', 'Overview'),
      doc('start', 'The first ten minutes'),
      doc('concepts', 'Concepts'),
      doc('console', 'The console'),
    ],
  },
  {
    text: 'Sources and targets',
    pages: [
      doc('sources/files', 'Source: files'),
      doc('sources/http', 'Source: HTTP APIs'),
      doc('sources/sql', 'Source: SQL databases'),
      doc('sources/provider', 'Source: your own TypeScript'),
      doc('targets/postgres', 'Target: PostgreSQL'),
      doc('targets/duckdb', 'Target: DuckDB'),
      doc('targets/parquet', 'Target: Parquet'),
      doc('move', 'Move to another target'),
      page('data/README.md', 'data', 'The data that comes with it'),
    ],
  },
  {
    text: 'How-to',
    pages: [
      doc('schedules', 'Start batches on a schedule'),
      doc('quality', 'Verify and check days'),
      doc('quarantine', 'Keep bad rows apart'),
      doc('webhooks', 'Send webhooks'),
      doc('embedding', 'Show progress in your app'),
      doc('embedding-sync', 'Daysync inside a Nest app'),
      page('examples/embed/README.md', 'examples/embed', 'An example app'),
    ],
  },
  { text: 'Recipes', pages: [doc('recipes', 'Twenty shapes of data')] },
  {
    text: 'Reference',
    pages: [
      doc('configuration', 'Configuration'),
      doc('cli', 'Command line'),
      doc('api', 'The API'),
      doc('api-operations', 'API: operations'),
      doc('api-objects', 'API: objects'),
      doc('errors', 'Errors'),
      doc('metrics', 'Metrics'),
      page('libs/progress/README.md', 'progress-library', '@daysync/progress'),
      page('libs/client/README.md', 'client-library', '@daysync/client'),
      page('libs/nest/README.md', 'nest-library', '@daysync/nest'),
      page('apps/daysync/README.md', 'daysync-package', 'The package daysync'),
    ],
  },
  {
    text: 'Operate',
    pages: [
      doc('deploy', 'Deploy'),
      doc('security', 'Security'),
      doc('scale', 'More than one machine'),
      doc('tracing', 'Traces'),
      doc('runbook', 'Runbook'),
      doc('reliability', 'Reliability'),
      doc('performance', 'Performance'),
    ],
  },
  {
    text: 'Contribute',
    pages: [
      doc('architecture', 'Architecture'),
      page('CONTRIBUTING.md', 'contributing', 'Contributing'),
      page('CHANGELOG.md', 'changelog', 'Changelog'),
    ],
  },
];

/** The decisions, which have a navigation of their own. @type {Chapter} */
export const DECISIONS = { text: 'Decisions', pages: decisions() };

/** @type {readonly Chapter[]} */
export const CHINESE = [
  {
    text: '入门',
    pages: [
      page('README.zh.md', 'zh/index', '概览'),
      chinese('start', '十分钟上手'),
      chinese('concepts', '基本概念'),
    ],
  },
  { text: '使用', pages: [chinese('console', '控制台使用手册')] },
];

/** The English pages that the Chinese navigation offers, by their paths. */
export const ALSO_FOR_CHINESE = [
  {
    text: '操作指南（英文）',
    pages: {
      'sources/files': '来源：文件',
      'sources/http': '来源：HTTP 接口',
      'sources/sql': '来源：SQL 数据库',
      'sources/provider': '来源：自定义 TypeScript',
      'targets/postgres': '目标：PostgreSQL',
      'targets/duckdb': '目标：DuckDB',
      'targets/parquet': '目标：Parquet',
      schedules: '定时同步',
      quality: '核对与检查',
      quarantine: '隔离不符合要求的行',
      webhooks: 'Webhook',
    },
  },
  { text: '配置示例（英文）', pages: { recipes: '二十多种数据的配置' } },
  {
    text: '参考（英文）',
    pages: {
      configuration: '配置说明',
      cli: '命令行',
      'api-operations': 'API 操作',
      errors: '错误码',
      metrics: '监控指标',
    },
  },
  {
    text: '运维（英文）',
    pages: {
      deploy: '部署',
      security: '安全',
      scale: '多机部署',
      tracing: '链路追踪',
      runbook: '故障处理手册',
    },
  },
];

/** All pages of the site. @type {readonly SitePage[]} */
export const PAGES = [...ENGLISH, DECISIONS, ...CHINESE].flatMap(({ pages }) => pages);

/** Other files that pages link to; the site has a copy of each. */
export const FILES = [
  '.dependency-cruiser.mjs',
  'compose.yaml',
  'datasets.yaml',
  'docs/datasets.schema.json',
  'docs/grafana-dashboard.json',
  'docs/openapi.json',
];

/** The icon of the console. */
export const ICON = 'apps/web/public/favicon.svg';

/** Folders that pages link to, and the page that stands for each. */
export const FOLDERS = {
  data: 'data',
  'docs/adr': DECISIONS.pages[0].at,
  'examples/embed': 'examples/embed',
};

/** The decisions in their order, with the titles of their pages. @returns {readonly SitePage[]} */
function decisions() {
  const folder = fileURLToPath(new URL(`../${ADR}`, import.meta.url));
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => {
      const [, title = name] =
        /^# (.*)$/m.exec(fs.readFileSync(path.join(folder, name), 'utf8')) ?? [];
      return page(`${ADR}/${name}`, `adr/${name.replace(/\.md$/, '')}`, title);
    });
}
