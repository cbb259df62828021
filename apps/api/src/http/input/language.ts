import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Language } from '@daysync/progress';
import type { Request, Response } from 'express';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

const LANGUAGES = ['zh', 'en'];

/** Thousands of polls send the same few headers. */
const known = new LRUCache<string, Language>({ max: 100 });

/** The language that an `Accept-Language` header prefers (RFC 9110); Chinese by default. */
export function preferredLanguage(header: string | undefined): Language {
  if (header === undefined) return 'zh';
  const before = known.get(header);
  if (before !== undefined) return before;
  const [first] = new Negotiator({ headers: { 'accept-language': header } }).languages(LANGUAGES);
  const language = first === 'en' ? 'en' : 'zh';
  known.set(header, language);
  return language;
}

export const IN_LANGUAGE = {
  name: 'Accept-Language',
  required: false,
  description: 'The language of `message`: zh (the default) or en.',
  schema: { type: 'string', example: 'zh-CN' },
} as const;

/** The language that a caller prefers; sets `Vary`. */
export const AcceptedLanguage = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Language => {
    const http = context.switchToHttp();
    http.getResponse<Response>().vary('Accept-Language');
    return preferredLanguage(http.getRequest<Request>().headers['accept-language']);
  },
);
