import type { Routes } from '@angular/router';
import type { WordKey } from './i18n/zh';

const title = (key: WordKey): string => key;

export const routes: Routes = [
  {
    path: '',
    pathMatch: 'full',
    title: title('title.sync'),
    loadComponent: () => import('./sync/sync-page').then((m) => m.SyncPage),
  },
  {
    path: 'records',
    title: title('title.records'),
    loadComponent: () => import('./records/records-page').then((m) => m.RecordsPage),
  },
  {
    path: 'calendar',
    title: title('title.calendar'),
    loadComponent: () => import('./calendar/calendar-page').then((m) => m.CalendarPage),
  },
  {
    path: 'batches',
    pathMatch: 'full',
    title: title('title.batches'),
    loadComponent: () => import('./batches/batches-page').then((m) => m.BatchesPage),
  },
  {
    path: 'batches/:task_id',
    title: title('title.batch'),
    loadComponent: () => import('./batches/batch-page').then((m) => m.BatchPage),
  },
  {
    path: 'datasets',
    pathMatch: 'full',
    title: title('title.datasets'),
    loadComponent: () => import('./datasets/datasets-page').then((m) => m.DatasetsPage),
  },
  {
    path: 'datasets/:name',
    title: title('title.dataset'),
    loadComponent: () => import('./datasets/dataset-page').then((m) => m.DatasetPage),
  },
  {
    path: 'quarantine',
    title: title('title.quarantine'),
    loadComponent: () => import('./quarantine/quarantine-page').then((m) => m.QuarantinePage),
  },
  {
    path: 'webhooks',
    title: title('title.webhooks'),
    loadComponent: () => import('./webhooks/webhooks-page').then((m) => m.WebhooksPage),
  },
  {
    path: 'login',
    title: title('title.login'),
    loadComponent: () => import('./session/login-page').then((m) => m.LoginPage),
  },
  {
    path: '**',
    title: title('title.not_found'),
    loadComponent: () => import('./not-found').then((m) => m.NotFound),
  },
];
