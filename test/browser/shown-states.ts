// What opens on a page, or comes of what a reader does there: panels, forms, selections, results and errors.
import type { Page } from 'playwright-core';
import type { ShownConsole } from './shown-console.js';
import type { Say } from './words-of.js';

export interface ShownState {
  readonly name: string;
  /** The page that it begins with. */
  readonly address: string;
  /** Does what leads there, and waits until it is there. */
  readonly reach: (page: Page, say: Say) => Promise<void>;
}

/** Presses what `selector` finds first, and waits for what comes of it. */
const pressed =
  (selector: string, outcome: string) =>
  async (page: Page): Promise<void> => {
    await page.locator(selector).first().click();
    await page.locator(outcome).first().waitFor();
  };

const shows =
  (outcome: string) =>
  async (page: Page): Promise<void> => {
    await page.locator(outcome).first().waitFor();
  };

const START_HERE = 'ds-start-here ds-preview-line p';

/** The states of the pages of a console. */
export function shownStates({ pages, runningId }: ShownConsole): readonly ShownState[] {
  const running = `/batches/${runningId}`;
  const failed = pages.find(({ name }) => name === 'batch-failed')?.address ?? '';
  const selection = '/calendar?dataset=weather&start_date=2012-02-03&end_date=2012-02-09';
  return [
    {
      name: 'a range that is too long',
      address: '/?dataset=weather&start_date=2000-01-01&end_date=2012-12-31&mode=missing',
      reach: shows('ds-split-offer button'),
    },
    {
      name: 'advice about a range',
      address: '/?dataset=weather&start_date=2011-12-01&end_date=2012-01-31&mode=all',
      reach: shows('ds-plan-advice a'),
    },
    {
      name: 'dates that are none',
      address: '/?dataset=weather&start_date=2012-01-01&end_date=2012-01-31',
      reach: async (page) => {
        await page.locator('ds-start-form ds-day-field input').first().fill('31 June');
        await page.locator('ds-start-form button[type=submit]').click();
        await page.locator('mat-error').first().waitFor();
      },
    },
    {
      name: 'the date picker',
      address: '/?dataset=weather&start_date=2012-01-01&end_date=2012-01-31',
      reach: pressed('ds-start-form ds-day-field button', 'mat-calendar td button'),
    },
    {
      name: 'the shortcuts',
      address: '/records?dataset=readings',
      reach: pressed('ds-shortcuts-button button', 'ds-shortcuts-dialog kbd'),
    },
    {
      name: 'the list of active batches',
      address: '/records?dataset=readings',
      reach: pressed('ds-progress-banner .list', 'ds-active-panel ds-batch-controls button'),
    },
    {
      name: 'both lists of batches ask before they cancel',
      address: running,
      reach: async (page, say) => {
        const cancel = { name: say('control.cancel'), exact: true };
        const question = { hasText: say('control.ask_cancel') };
        for (const place of ['ds-progress-card', 'ds-active-panel']) {
          const controls = page.locator(`${place} ds-batch-controls`);
          if (place === 'ds-active-panel') await page.locator('ds-progress-banner .list').click();
          await controls.getByRole('button', cancel).click();
          await controls.filter(question).waitFor();
        }
      },
    },
    {
      name: 'days for a batch that runs',
      address: running,
      reach: async (page, say) => {
        const extend = { name: say('control.extend') };
        await page.locator('ds-progress-card').getByRole('button', extend).click();
        await page.locator('ds-extend-form .quick button').first().click();
        await page.locator('ds-extend-form .preview p').waitFor();
      },
    },
    {
      name: 'all gaps start in place',
      address: '/calendar?dataset=weather',
      reach: async (page) => {
        await page.locator('ds-gap-list summary').click();
        await page.locator('ds-gap-list button').first().click();
        await page.locator(START_HERE).first().waitFor();
      },
    },
    {
      name: 'a gap is marked as not expected, without a reason',
      address: '/calendar?dataset=weather',
      reach: async (page) => {
        await page.locator('ds-gap-list summary').click();
        await page.locator('ds-gap-list .ways button').nth(1).click();
        await page.locator('ds-settle-form button[type=submit]').click();
        await page.locator('ds-settle-form mat-error').waitFor();
      },
    },
    {
      name: 'a missing day is marked in its panel',
      address: '/records?dataset=measured&day=2025-10-13',
      reach: pressed('ds-day-settlement button', 'ds-settle-form textarea'),
    },
    {
      name: 'a selection starts in place',
      address: selection,
      reach: pressed('ds-selection-bar .ways button', START_HERE),
    },
    {
      name: 'several ranges start in place',
      address: `${selection}&also=2012-04-11_2012-04-12`,
      reach: pressed('ds-selection-bar .ways button', 'ds-start-range h3, ds-start-range h4'),
    },
    {
      name: 'a calendar in shades',
      address: '/calendar?dataset=readings&shade=rows',
      reach: shows('td[data-shade]'),
    },
    {
      name: 'a day starts in its panel',
      address: '/records?dataset=readings&day=2025-10-07',
      reach: async (page) => {
        await page.locator('ds-day-log li').first().waitFor();
        await page.locator('ds-day-sheet .again').click();
        await page.locator(START_HERE).first().waitFor();
      },
    },
    {
      name: 'the gaps of a dataset start in place',
      address: '/datasets/weather',
      reach: pressed('ds-dataset-overview .actions button', START_HERE),
    },
    {
      name: 'a day is tested',
      address: '/datasets/readings',
      reach: async (page) => {
        await page.locator('ds-day-test input').fill('2025-10-07');
        await page.locator('ds-day-test form button[type=submit]').click();
        await page.locator('ds-day-test table').first().waitFor();
      },
    },
    {
      name: 'the datasets file is read again',
      address: '/datasets',
      reach: pressed('ds-reload-file button', 'ds-reload-file .ds-message'),
    },
    {
      name: 'selected records',
      address: '/records?dataset=readings',
      reach: pressed('ds-records-table tbody input[type=checkbox]', 'ds-records-retry button'),
    },
    {
      name: 'charts as tables',
      address: '/records?dataset=readings',
      reach: async (page) => {
        // A small window shows the charts only when they are asked for.
        const charts = page.locator('ds-records-charts > details');
        await charts.waitFor();
        if ((await charts.getAttribute('open')) === null) await charts.locator('h2').click();
        await pressed('ds-day-chart summary', 'ds-day-chart table')(page);
      },
    },
    {
      name: 'a tested endpoint, and a payload',
      address: '/webhooks',
      reach: async (page) => {
        await page.locator('ds-webhook-endpoints button').first().click();
        await page.locator('ds-webhook-endpoints .ds-message.success').waitFor();
        await page.locator('ds-deliveries-table .buttons button').nth(1).click();
        await page.locator('ds-delivery-payload pre').waitFor();
      },
    },
    {
      name: 'the log of a batch',
      address: `${failed}?log=problems`,
      reach: shows('ds-batch-log ol li'),
    },
  ];
}
