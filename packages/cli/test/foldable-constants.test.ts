import { describe, expect, it } from 'vitest';
import { withFoldableConstants } from '../bundling/foldable-constants.mjs';

describe('constants of a bundle', () => {
  it('are the variables of the top that have a value and are never assigned again', () => {
    expect(withFoldableConstants('var Cost={STEP_S:0};var Pool=class{};var f=(x)=>x+Cost.STEP_S;')).toBe(
      'const Cost={STEP_S:0};const Pool=class{};const f=(x)=>x+Cost.STEP_S;',
    );
  });

  it.each([
    ['assigned', 'var a=1;function f(){a=2}'],
    ['counted up', 'var a=1;function f(){a++}'],
    ['counted down in front', 'var a=1;function f(){--a}'],
    ['assigned with an operator', 'var a;a??=1;var b=1;b+=2;'],
    ['assigned by a pattern', 'var a=1,b=2;function f(o){({x:a,y:[b]}=o)}'],
    ['assigned by a rest pattern', 'var a=1;function f(o){[,...a]=o}'],
    ['assigned by a loop', 'var a=1;for(a of [1,2]);var b=1;for(b in{});'],
    ['declared twice', 'var a=1;var a=2;'],
    ['declared as a function too', 'var a=1;function a(){}'],
    ['left without a value', 'var a;'],
    ['inside a function', 'function f(){var a=1;return a}'],
    ['inside a block', 'if(x){var a=1}for(var i=0;i<2;i++);'],
  ])('are not those that are %s', (_, text) => {
    expect(withFoldableConstants(text)).toBe(text);
  });

  it('are told apart within one statement, which keeps its lines', () => {
    expect(withFoldableConstants('var a = 1,\n  b,\n  c = 2;\nb = 3;\n')).toBe(
      'const a = 1;\n  var b;\n  const c = 2;\nb = 3;\n',
    );
  });

  it('are taken from objects by name, whatever the properties are called', () => {
    expect(withFoldableConstants('var NEXT=1;var{NEXT:NEXT2,PLACE}=COLUMN;')).toBe(
      'const NEXT=1;const {NEXT:NEXT2,PLACE}=COLUMN;',
    );
  });

  it('may be objects whose properties are assigned', () => {
    expect(withFoldableConstants('var o={};o.a=1;o[k]=2;o.n++;')).toBe('const o={};o.a=1;o[k]=2;o.n++;');
  });

  it('end with a statement that has no full stop', () => {
    expect(withFoldableConstants('var a=1')).toBe('const a=1');
  });
});
