// The search in the browser. It splits texts as the index was split; the default theme has no setting for it without
// `eval`, which the Content-Security-Policy of the program forbids.
import MiniSearch from 'minisearch-itself';
import { wordsOf } from '../../words.mjs';

export default class Search extends MiniSearch {
  static loadJSON(json, options) {
    return super.loadJSON(json, { ...options, tokenize: wordsOf });
  }
}
