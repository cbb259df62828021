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
    path: 'batches/:task_id',
    title: title('title.batch'),
    loadComponent: () => import('./batches/batch-page').then((m) => m.BatchPage),
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
