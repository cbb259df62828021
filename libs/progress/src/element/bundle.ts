// What the script tag of a page runs: the build bundles it into one file.
import { defineProgressElement } from './progress-element.js';

defineProgressElement();
