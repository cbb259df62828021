import { Tokenizer } from '@streamparser/json';
import { readExactNumber } from '../../exact-number.js';

/** Its numbers are what `readExactNumber` makes of them, and its texts keep the mark U+FEFF where they have one. */
export class ExactTokenizer extends Tokenizer {
  constructor(options: ConstructorParameters<typeof Tokenizer>[0]) {
    super(options);
    // Its own takes the mark off each piece of a text that begins with it. It has no option for that.
    const { bufferedString } = this as unknown as { bufferedString: { decoder: unknown } };
    bufferedString.decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  }

  protected override parseNumber(text: string): number {
    // The parser hands values on as they are, whatever they are.
    return readExactNumber(text) as number;
  }
}
