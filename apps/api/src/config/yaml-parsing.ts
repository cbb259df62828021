import {
  Composer,
  Lexer,
  Parser,
  YAMLParseError,
  type CST,
  type Document,
  type DocumentOptions,
  type LineCounter,
  type ParseOptions,
  type SchemaOptions,
} from 'yaml';

/** A step parses so many lexemes: some milliseconds. */
const LEXEMES_A_STEP = 1_000;

/**
 * What `parseDocument` of the library does, in steps: a file of hundreds of datasets takes it some hundred milliseconds.
 * The last step makes the nodes of all of it, which takes a quarter of the time.
 */
export function* parseInSteps(
  text: string,
  lines: LineCounter,
  options: ParseOptions & DocumentOptions & SchemaOptions,
): Generator<void, Document.Parsed> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    lexemes += 1;
    if (lexemes % LEXEMES_A_STEP === 0) yield;
  }
  tokens.push(...parser.end());
  yield;
  const [document, second] = new Composer(options).compose(tokens, true, text.length);
  if (document === undefined) throw new TypeError('expected a document of any text, got none');
  if (second !== undefined) {
    const [start, end] = second.range;
    const message = 'one document: remove the line ---';
    document.errors.push(new YAMLParseError([start, end], 'MULTIPLE_DOCS', message));
  }
  return document;
}
