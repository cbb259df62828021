import { fileURLToPath } from 'node:url';
import { Controller, Get, Res } from '@nestjs/common';

/** The build of the package writes the element beside the bundle that contains this file. */
const ELEMENT_FILE = fileURLToPath(new URL('element.js', import.meta.url));

/** What of Express's response is needed; the app brings Express. */
interface FileResponse {
  sendFile(
    file: string,
    options: {
      readonly dotfiles: 'allow';
      readonly cacheControl: boolean;
      readonly headers: Readonly<Record<string, string>>;
    },
  ): void;
}

/** Serves the script that defines `<daysync-progress>`, at the path where the program has it. */
@Controller('element.js')
export class ElementController {
  @Get()
  read(@Res() response: FileResponse): void {
    response.sendFile(ELEMENT_FILE, {
      // pnpm keeps packages below a folder whose name begins with a dot.
      dotfiles: 'allow',
      cacheControl: false,
      headers: { 'cache-control': 'no-cache' },
    });
  }
}
