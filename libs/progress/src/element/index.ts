export { defineProgressElement, type ProgressElement } from './progress-element.js';
