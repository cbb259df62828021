import { describe, expect, it } from 'vitest';
import { accessTo } from './access-rules.js';

const API = '/api/v1/sync-status';

describe('accessTo', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/batches/t1?x=/api/'],
    ['HEAD', '/main-ABCDEFGH.js'],
    ['GET', '/health/live'],
    ['GET', '/docs'],
    ['GET', '/docs/swagger-ui.css'],
    ['GET', '/openapi.json'],
    ['POST', `${API}/session`],
    ['DELETE', `${API}/session`],
  ])('needs no token for %s %s', (method, url) => {
    expect(accessTo(method, url)).toBe('public');
  });

  it.each([
    ['GET', `${API}/session`],
    ['GET', `${API}/sync/batch`],
    ['HEAD', `${API}/records`],
    ['OPTIONS', `${API}/sync/batch`],
    ['POST', `${API}/sync/batch/preview`],
    ['GET', '/metrics'],
    // Other ways to write the same, as far as Express follows them.
    ['GET', '/API/v1/sync-status/records'],
    ['GET', '/Metrics'],
    ['GET', '/metrics/'],
    ['GET', `//${API}/records`],
    ['GET', `http://localhost${API}/records`],
    // Other parsers than Express would read these as public paths; the pre-router refuses them.
    ['GET', `/\\a@b${API}/records#x`],
    ['GET', '/#x'],
    ['GET', '/\\api'],
    ['GET', '/\u00a0'],
    ['GET', '/\tapi'],
    ['GET', `//a@b${API}/records`],
    ['GET', '*'],
    ['GET', ''],
  ])('lets a viewer %s %s', (method, url) => {
    expect(accessTo(method, url)).toBe('viewer');
  });

  it.each([
    ['POST', `${API}/sync/batch`],
    ['POST', `${API}/sync/batch/t1/cancel`],
    ['POST', `${API}/sync/batch/preview/`],
    ['POST', `${API}/SESSION`],
    ['PUT', `${API}/session`],
    ['POST', '/'],
    ['TRACE', '/'],
    ['get', '/'],
  ])('lets an operator %s %s', (method, url) => {
    expect(accessTo(method, url)).toBe('operator');
  });
});
