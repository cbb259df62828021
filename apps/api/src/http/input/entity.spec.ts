import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startHttpServer, urlOf } from '../../../../../test/http-server.js';
import { entityOf, hasEntity, writeLongJson } from '../pipeline/entity.js';

describe('entityOf', () => {
  it('has a tag that is strong, the same for the same bytes, and another for others', () => {
    const { etag } = entityOf('{"a":1}');
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    expect(entityOf('{"a":1}').etag).toBe(etag);
    expect(entityOf('{"a":2}').etag).not.toBe(etag);
  });

  it('has the bytes of UTF-8, one a character', () => {
    const { body } = entityOf('{"a":"同步 é"}');
    expect(Buffer.from(body, 'latin1').toString()).toBe('{"a":"同步 é"}');
    expect(body).toHaveLength(Buffer.byteLength('{"a":"同步 é"}'));
  });
});

describe('hasEntity', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['"a"', true],
    ['W/"a"', true],
    ['*', true],
    ['"b"', false],
    ['"b", "a"', true],
    ['"b",W/"a"', true],
    ['a', false],
    ['"aa"', false],
  ])('If-None-Match: %s', (header, has) => {
    expect(hasEntity(header, '"a"')).toBe(has);
  });
});

describe('a long answer', () => {
  it('is sent no faster than it is read, and cut off for a reader who stops reading', async () => {
    const sent = Promise.withResolvers<undefined>();
    const json = JSON.stringify('x'.repeat(30_000_000));
    const closed = Promise.withResolvers<undefined>();
    let mostHeld = 0;
    const server = await startHttpServer((request, response) => {
      const watch = setInterval(() => {
        mostHeld = Math.max(mostHeld, response.writableLength);
      }, 5);
      response.once('close', () => {
        clearInterval(watch);
        closed.resolve(undefined);
      });
      writeLongJson(request, response, json, { isEntity: false, status: 200 }, 100).then(
        () => sent.resolve(undefined),
        sent.reject,
      );
    });
    const request = get(urlOf(server), { agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined).pause();
    await Promise.all([sent.promise, closed.promise]);
    expect(response.complete).toBe(false);
    // A few slices at most.
    expect(mostHeld).toBeLessThan(4_000_000);
    response.destroy();
  });
});
