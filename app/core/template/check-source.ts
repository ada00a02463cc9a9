import { isAppError } from '../errors/app-error.ts';
import { didYouMean } from '../errors/suggest.ts';
import type { CheckFinding } from '../nodekit/define-node.ts';
import { compileExpression, reservedNames } from './expression.ts';
import { compileTemplate } from './template.ts';

/**
 * What can be told wrong about an expression without evaluating it: its syntax, names that are not `known`, and known
 * names that mean something else in an expression.
 *
 * @param field path of the config field, for the finding
 */
export function checkExpression(source: string, known: readonly string[], field: string): CheckFinding[] {
  const shadowed = known
    .filter((name) => reservedNames.has(name))
    .map(
      (name): CheckFinding => ({
        severity: 'error',
        field: 'variables',
        message: `“${name}” has a meaning of its own in expressions, so no variable can be called that.`,
        remedy: 'Choose another name.',
      }),
    );
  return [...shadowed, ...findings(() => compileExpression(source).variables, known, field)];
}

/** The same for a template. */
export function checkTemplate(source: string, known: readonly string[], field: string): CheckFinding[] {
  return findings(() => compileTemplate(source).variables, known, field);
}

function findings(variablesOf: () => readonly string[], known: readonly string[], field: string): CheckFinding[] {
  let used: readonly string[];
  try {
    used = variablesOf();
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown;
    const { message, where, remedy } = thrown;
    return [
      { severity: 'error', field, message: where ? `${message} (${where})` : message, ...(remedy && { remedy }) },
    ];
  }
  return used
    .filter((name) => !known.includes(name))
    .map(
      (name): CheckFinding => ({
        severity: 'error',
        field,
        message: `“${name}” is not among the variables.${didYouMean(name, known)}`,
        remedy: `Add “${name}” to \`variables\` and wire it, or correct its spelling.`,
      }),
    );
}
