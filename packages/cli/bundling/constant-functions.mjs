/**
 * Makes the functions at the top of a bundle constants.
 *
 * The name of a function declaration can be assigned to, so V8 loads it from memory and compares it wherever the function was
 * taken into another; a `const` it knows (see `foldable-constants.mjs`). Of the instructions of a simulation that is one in
 * fifty.
 *
 * A declaration stands for its whole scope, a constant only from its line on. So a function stays as it is when something that
 * runs while the bundle loads, before the function's line, might call it: when its name is used there, or in a function or class
 * that is used there, and so on. Names are compared without looking at scopes, which can only leave a function as it was. What
 * the exports' getters name is not used by them before the bundle is there.
 */

import ts from 'typescript';
import { namesThatVary } from './foldable-constants.mjs';

/** The text of a script or module with `const f = function` in place of `function f` where that is safe. */
export function withConstantFunctions(text) {
  const source = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const variable = namesThatVary(source);
  const within = namesWithin(source);
  const reached = new Set();
  const reach = (name) => {
    if (reached.has(name)) return;
    reached.add(name);
    within.get(name)?.forEach(reach);
  };
  let result = '';
  let done = 0;
  for (const statement of source.statements) {
    if (!ts.isFunctionDeclaration(statement)) {
      if (!isOfExports(statement)) namesRunBy(statement).forEach(reach);
      continue;
    }
    const { name } = statement;
    if (name === undefined || statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    if (reached.has(name.text) || variable.has(name.text)) continue;
    const start = statement.getStart(source);
    const keyword = text.slice(start, name.getStart(source)).trimEnd();
    result += `${text.slice(done, start)}const ${name.text}=${keyword}${text.slice(name.end, statement.end)};`;
    done = statement.end;
  }
  return result + text.slice(done);
}

/** Of each function and class at the top: the names used in it. */
function namesWithin(source) {
  const within = new Map();
  for (const statement of source.statements) {
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      if (statement.name !== undefined) within.set(statement.name.text, namesUsedIn(statement));
    } else if (ts.isVariableStatement(statement))
      for (const { name, initializer } of statement.declarationList.declarations)
        if (ts.isIdentifier(name) && isDefinition(initializer)) within.set(name.text, namesUsedIn(initializer));
  }
  return within;
}

/** Names that a statement of the top uses when it runs, as if all functions in it that have no name of the top were called. */
function namesRunBy(statement) {
  if (ts.isClassDeclaration(statement)) return namesRunByClass(statement);
  if (!ts.isVariableStatement(statement)) return namesUsedIn(statement);
  return statement.declarationList.declarations.flatMap(({ name, initializer }) => {
    if (initializer === undefined) return [];
    if (!ts.isIdentifier(name) || !isDefinition(initializer))
      return [...namesUsedIn(name), ...namesUsedIn(initializer)];
    return ts.isClassExpression(initializer) ? namesRunByClass(initializer) : [];
  });
}

/** Names that the definition of a class uses: in what it extends, in static members and in computed names. */
function namesRunByClass(definition) {
  const isStatic = (member) =>
    ts.isClassStaticBlockDeclaration(member) ||
    (ts.isPropertyDeclaration(member) && member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword));
  return [
    ...(definition.heritageClauses ?? []).flatMap((clause) => namesUsedIn(clause)),
    ...definition.members.flatMap((member) => [
      ...(isStatic(member) ? namesUsedIn(member) : []),
      ...(member.name !== undefined && ts.isComputedPropertyName(member.name) ? namesUsedIn(member.name) : []),
    ]),
  ];
}

/** Whether a value is a function or a class: nothing in it runs before its name is used, but what `namesRunByClass` tells. */
function isDefinition(value) {
  return (
    value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value) || ts.isClassExpression(value))
  );
}

/** Whether a statement is esbuild's list of a module's exports, as functions that give them. */
function isOfExports(statement) {
  return (
    ts.isExportDeclaration(statement) ||
    (ts.isExpressionStatement(statement) &&
      ts.isCallExpression(statement.expression) &&
      ts.isIdentifier(statement.expression.expression) &&
      statement.expression.expression.text === '__export')
  );
}

/** All names used in a part of the text, those of properties left out. */
function namesUsedIn(part) {
  const names = new Set();
  const visit = (node) => {
    if (ts.isIdentifier(node)) names.add(node.text);
    else if (ts.isPropertyAccessExpression(node)) visit(node.expression);
    else if (ts.isShorthandPropertyAssignment(node)) names.add(node.name.text);
    else
      ts.forEachChild(node, (child) => {
        if (child !== node.name || !ts.isIdentifier(child) || !isMember(node)) visit(child);
      });
  };
  visit(part);
  return [...names];
}

/** Whether the name of a node is that of a property. */
function isMember(node) {
  return ts.isPropertyAssignment(node) || ts.isClassElement(node) || ts.isObjectLiteralElementLike(node);
}
