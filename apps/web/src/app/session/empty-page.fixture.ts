import { Component } from '@angular/core';

/** A page to be routed to. */
@Component({ template: '' })
export class EmptyPage {}
