import { describe, expect, it } from 'vitest';
import { withPlainFields } from '../bundling/plain-fields.mjs';

const evaluated = (text: string) => new Function(`'use strict';${text}`)() as unknown;

describe('fields of a bundle', () => {
  it('are not declared where the constructor sets them', () => {
    expect(withPlainFields('class A{#rate;name;constructor(r){this.#rate=r;this.name="a"}}')).toBe(
      'class A{constructor(r){this.rate$0=r;this.name="a"}}',
    );
  });

  it('count as set by statements that were joined', () => {
    expect(withPlainFields('class A extends B{a;b;c;constructor(){super(),this.a=(this.b=1),(this.c=2)}}')).toBe(
      'class A extends B{constructor(){super(),this.a=(this.b=1),(this.c=2)}}',
    );
  });

  it.each([
    ['have a value', 'class A{a=0;constructor(){this.a=1}}'],
    ['belong to the class', 'class A{static a;constructor(){this.a=1}}'],
    ['are set on one way only', 'class A{a;b;constructor(x){if(x)this.a=1;x&&(this.b=1)}}'],
    ['are set after a return', 'class A{a;constructor(x){if(x)return;this.a=1}}'],
    ['are set by another function', 'class A{a;constructor(){const f=()=>{this.a=1};f()}}'],
    ['are changed, not set', 'class A{a;constructor(){this.a+=1}}'],
    ['are those of another object', 'class A{a;constructor(o){o.a=1}}'],
    ['no constructor sets', 'class A{a;set(x){this.a=x}}'],
  ])('stay declared when they %s', (_, text) => {
    expect(withPlainFields(text)).toBe(text);
  });

  it('are told apart by class, whatever lies within what', () => {
    const text = `class A{#x=1;#get(){return this.#x}
      inner(){const a=this;return new (class{#x=2;sum(){return this.#x*10+a.#get()}})()}}
      class B extends A{#x=3;own(){return this.#x}}
      const b=new B();return[b.inner().sum(),b.own()]`;
    expect(evaluated(text)).toEqual([21, 3]);
    expect(evaluated(withPlainFields(text))).toEqual([21, 3]);
  });

  it('may be private accessors, static ones and ones that are searched for', () => {
    const text = `class A{static #made=0;#v=0;get #w(){return this.#v}set #w(x){this.#v=x}
      constructor(){A.#made++;this.#w=5;this.#w+=1}static is(o){return #v in o}static last(o){return[A.#made,o.#w]}}
      const a=new A();return[A.is(a),A.is({}),...A.last(a)]`;
    expect(evaluated(withPlainFields(text))).toEqual([true, false, 1, 6]);
  });

  it('get no name that is taken', () => {
    expect(() => withPlainFields('class A{#x=1}var x$0=1;')).toThrow('x$0 is a name already');
  });

  it('keep the lines of the text', () => {
    expect(withPlainFields('class A {\n  #a;\n  constructor() {\n    this.#a = 1;\n  }\n}\n')).toBe(
      'class A {\n  \n  constructor() {\n    this.a$0 = 1;\n  }\n}\n',
    );
  });
});
