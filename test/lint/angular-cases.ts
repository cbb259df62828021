// Code that each of Angular's rules rejects, in a class or a template of the console.
import type { Cases } from './lint-case.js';

const CORE = "from '@angular/core';";
const COMPONENT = `import { Component } ${CORE} @Component({ selector: 'a', template: '' })`;
const OUTPUT = `import { EventEmitter, Output } ${CORE} export class A { @Output`;

export const CLASSES: Cases = {
  '@angular-eslint/contextual-lifecycle': `import { Injectable, type OnInit } ${CORE} @Injectable() export class A implements OnInit { b = 1; ngOnInit(): void { this.b = 2; } }`,
  '@angular-eslint/no-empty-lifecycle-method': {
    code: `${COMPONENT} export class A implements OnInit { ngOnInit(): void {} } import type { OnInit } ${CORE}`,
    also: ['no-empty-function'],
  },
  '@angular-eslint/no-input-rename': `import { Input } ${CORE} export class A { @Input('c') b = 1; }`,
  '@angular-eslint/no-inputs-metadata-property': `import { Component } ${CORE} @Component({ template: '', inputs: ['b'] }) export class A { b = 1; }`,
  '@angular-eslint/no-output-native': `${OUTPUT}() readonly click = new EventEmitter<number>(); }`,
  '@angular-eslint/no-output-on-prefix': `${OUTPUT}() readonly onB = new EventEmitter<number>(); }`,
  '@angular-eslint/no-output-rename': `${OUTPUT}('c') readonly b = new EventEmitter<number>(); }`,
  '@angular-eslint/no-outputs-metadata-property': `import { Component } ${CORE} @Component({ template: '', outputs: ['b'] }) export class A { b = 1; }`,
  '@angular-eslint/prefer-inject': `${COMPONENT} export class A { constructor(readonly b: ElementRef) {} } import { ElementRef } ${CORE}`,
  '@angular-eslint/prefer-on-push-component-change-detection': `import { ChangeDetectionStrategy, Component } ${CORE} @Component({ template: '', changeDetection: ChangeDetectionStrategy.Eager }) export class A {}`,
  '@angular-eslint/prefer-standalone': `import { Component } ${CORE} @Component({ template: '', standalone: false }) export class A {}`,
  '@angular-eslint/use-lifecycle-interface': `${COMPONENT} export class A { b = 1; ngOnInit(): void { this.b = 2; } }`,
  '@angular-eslint/use-pipe-transform-interface': `import { Pipe } ${CORE} @Pipe({ name: 'a' }) export class A { transform(b: string): string { return b; } }`,
};

export const TEMPLATES: Cases = {
  '@angular-eslint/template/alt-text': '<img src="a.png" />',
  '@angular-eslint/template/banana-in-box': '<input ([value])="a" />',
  '@angular-eslint/template/click-events-have-key-events': '<div tabindex="0" (click)="a()"></div>',
  '@angular-eslint/template/elements-content': '<button></button>',
  '@angular-eslint/template/eqeqeq': ['{{ a == b }}', '{{ a != null }}'],
  '@angular-eslint/template/interactive-supports-focus': '<div (click)="a()" (keyup)="a()"></div>',
  '@angular-eslint/template/label-has-associated-control': '<label>a</label>',
  '@angular-eslint/template/mouse-events-have-key-events': '<div (mouseover)="a()"></div>',
  '@angular-eslint/template/no-autofocus': '<input autofocus />',
  '@angular-eslint/template/no-distracting-elements': '<marquee>a</marquee>',
  '@angular-eslint/template/no-negated-async': '{{ !(a | async) }}',
  '@angular-eslint/template/prefer-control-flow': '<p *ngIf="a">b</p>',
  '@angular-eslint/template/role-has-required-aria': '<div role="checkbox"></div>',
  '@angular-eslint/template/table-scope': '<table><tr><td scope="row">a</td></tr></table>',
  '@angular-eslint/template/valid-aria': '<p aria-a="b">c</p>',
  'no-irregular-whitespace': '<p>\u3000</p>',
};

/** The same rules for inline templates. */
export function inlineTemplate(template: string): string {
  return `import { Component } ${CORE} @Component({ selector: 'a', template: \`${template}\` }) export class A {}\n`;
}
