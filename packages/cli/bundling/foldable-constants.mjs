/**
 * Gives a bundle back the constants that its modules were written with.
 *
 * esbuild turns every `const` and `class` at the top of a bundled module into `var`. V8 takes the value of a `const` of the
 * outermost scope for known when it optimises a function, and so a cost table's index, a price per unit, an empty array made
 * once; a `var` it loads from memory at each use and checks again. The simulation runs a tenth fewer instructions with its
 * constants.
 *
 * A variable becomes `const` when it is declared once, with a value, at the top of the bundle, and nothing in the
 * whole bundle assigns to its name. Names are compared without looking at scopes: esbuild gives no inner variable the name
 * of an outer one, and if it did, a variable too few would become `const`, never one too many. What is used before
 * its line has run would fail instead of being `undefined`: at load if at all, so the build loads what comes out.
 */

import ts from 'typescript';

/** The text of a script or module with `const` in place of `var` where that is safe; nothing else is changed. */
export function withFoldableConstants(text) {
  const source = ts.createSourceFile('bundle.js', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const variable = namesThatVary(source);
  const isConstant = ({ name, initializer }) =>
    initializer !== undefined && namesIn(name).every((one) => !variable.has(one));
  let result = '';
  let done = 0;
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement) || (statement.declarationList.flags & ts.NodeFlags.BlockScoped) !== 0)
      continue;
    const { declarations } = statement.declarationList;
    if (!declarations.some(isConstant)) continue;
    const start = statement.getStart(source);
    const from = (declaration) => declaration.getStart(source);
    result += text.slice(done, start);
    // A declaration reaches up to the next one, so that whatever stands between keeps its line; the comma becomes a full stop.
    for (const [index, declaration] of declarations.entries()) {
      const keyword = isConstant(declaration) ? 'const' : 'var';
      const next = declarations[index + 1];
      const between =
        next === undefined
          ? text.slice(declaration.end, statement.end)
          : text.slice(declaration.end, from(next)).replace(',', ';');
      result += `${keyword} ${text.slice(from(declaration), declaration.end)}${between}`;
    }
    done = statement.end;
  }
  return result + text.slice(done);
}

/** Names that are declared more than once, or assigned to after their declaration. */
export function namesThatVary(source) {
  const declared = new Set();
  const varying = new Set();
  const declare = (name) => {
    if (declared.has(name)) varying.add(name);
    declared.add(name);
  };
  const assign = (target) => {
    for (const name of namesIn(target)) varying.add(name);
  };
  const visit = (node) => {
    if (ts.isVariableDeclarationList(node)) {
      // Those of inner scopes that are not `var` cannot be the ones at the top.
      if ((node.flags & ts.NodeFlags.BlockScoped) === 0)
        for (const { name } of node.declarations) namesIn(name).forEach(declare);
    } else if (ts.isFunctionDeclaration(node) && node.name !== undefined) declare(node.name.text);
    else if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) assign(node.left);
    else if (ts.isPostfixUnaryExpression(node)) assign(node.operand);
    else if (ts.isPrefixUnaryExpression(node)) {
      if (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
        assign(node.operand);
    } else if (ts.isForInStatement(node) || ts.isForOfStatement(node)) assign(node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return varying;
}

function isAssignment(kind) {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** All names that a pattern declares, or the target of an assignment assigns to; `a.b` and `a[b]` are no names. */
function namesIn(target) {
  const names = [];
  const visit = (node) => {
    if (ts.isIdentifier(node)) names.push(node.text);
    else if (ts.isBindingElement(node)) visit(node.name);
    else if (ts.isPropertyAssignment(node)) visit(node.initializer);
    else if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) ts.forEachChild(node, visit);
  };
  visit(target);
  return names;
}
