import { describe, expect, it } from 'vitest';
import { withConstantFunctions } from '../bundling/constant-functions.mjs';

describe('functions of a bundle', () => {
  it.each([
    ['plain', 'function f(a){return g(a)}', 'const f=function(a){return g(a)};'],
    ['of other kinds', 'async function f(){}function*g(){}', 'const f=async function(){};const g=function*(){};'],
    ['called from their line on', 'function f(){}var a=f();', 'const f=function(){};var a=f();'],
    ['called in what nobody runs', 'var a=()=>f();function f(){}', 'var a=()=>f();const f=function(){};'],
    ['called in methods', 'var A=class{m(){f()}};function f(){}', 'var A=class{m(){f()}};const f=function(){};'],
    ['called as a property', 'var a=o.f();function f(){}', 'var a=o.f();const f=function(){};'],
    ['given by exports', '__export(o,{f:()=>f});function f(){}', '__export(o,{f:()=>f});const f=function(){};'],
  ])('become constants: %s', (_, text, expected) => {
    expect(withConstantFunctions(text)).toBe(expected);
  });

  it.each([
    ['called before their line', 'var a=f();function f(){}'],
    ['called by a function that is', 'var a=g();function f(){}function g(){f()}'],
    ['called by what is given to a call', 'var a=[1].map((x)=>f(x));function f(){}'],
    ['called by a constructor that is', 'var A=class{constructor(){f()}},a=new A();function f(){}'],
    ['called for a static member', 'var A=class{static a=f()};function f(){}'],
    ['called for what a class extends', 'var A=class extends f(){};function f(){}'],
    ['called for a computed name', 'var A=class{[f()](){}};function f(){}'],
    ['put into an object', 'var o={f};function f(){}'],
    ['assigned', 'function f(){f=2}'],
    ['exported', 'export function f(){}'],
    ['inside a block', 'if(x){function f(){}}'],
  ])('stay when they are %s', (_, text) => {
    expect(withConstantFunctions(text)).toBe(text);
  });
});
