import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Language } from '@daysync/progress';
import type { Request, Response } from 'express';

/** The language of an answer's sentences: the one the caller prefers (`Accept-Language`), Chinese by default. */
export const AcceptedLanguage = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Language => {
    const http = context.switchToHttp();
    http.getResponse<Response>().vary('Accept-Language');
    const preferred = http.getRequest<Request>().acceptsLanguages('zh', 'en');
    return preferred === 'en' ? 'en' : 'zh';
  },
);
