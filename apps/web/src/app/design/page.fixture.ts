import { HttpTestingController, type TestRequest } from '@angular/common/http/testing';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import type { RouterTestingHarness } from '@angular/router/testing';

/** The texts of what a selector finds, each on one line. */
export const textsIn = (page: ParentNode, selector: string): string[] =>
  [...page.querySelectorAll(selector)].map((found) =>
    found.textContent.replace(/\s+/g, ' ').trim(),
  );

/** Sets inputs of a component, and draws it. */
export function give(
  { componentRef }: ComponentFixture<unknown>,
  inputs: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(inputs)) componentRef.setInput(name, value);
  TestBed.tick();
}

/** The button of a page, or of a part of it, with this text. */
export function buttonIn(page: ParentNode, text: string): HTMLButtonElement {
  const buttons = [...page.querySelectorAll('button')];
  const found = buttons.find(({ textContent }) => textContent.trim() === text);
  if (found === undefined) throw new Error(`expected a button ${text}`);
  return found;
}

/** Where the links of a page lead. */
export const hrefsIn = (page: ParentNode, selector = 'a'): (string | null)[] =>
  [...page.querySelectorAll(selector)].map((link) => link.getAttribute('href'));

/** The page that a router shows. */
export function pageIn({ routeNativeElement }: RouterTestingHarness): HTMLElement {
  if (routeNativeElement === null) throw new Error('expected a page');
  return routeNativeElement;
}

/** Lets happen what is due, without waiting until all is stable, which an open request would prevent. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  TestBed.tick();
}

/** The only open request to an address that ends so. */
export const requestTo = (end: string): TestRequest =>
  TestBed.inject(HttpTestingController).expectOne(({ url }) => url.endsWith(end));

/** Answers the only open request to an address that ends so. */
export const succeed = (end: string, data: unknown): void =>
  requestTo(end).flush({ status: 'success', data });

/** Refuses a request as the server does. */
export const refuse = (request: TestRequest, status: number, problem: object): void =>
  request.flush(problem, { status, statusText: 'Refused' });
