import {
  type Answer,
  AppError,
  type Context,
  type Finding,
  type Json,
  type Message,
  type Run,
  type Verdict,
} from '../../app/core/nodekit/index.ts';
import { isAbstention } from '../../app/core/text/abstention.ts';
import { resolveCitations } from '../../app/core/text/citations.ts';
import { isAnswer, textOf } from './checked-value.ts';
import type { validator } from './manifest.ts';
import { type PreparedRule, prepareRule } from './run-checks.ts';

export const run: Run<typeof validator> = async ({ config, inputs }, { cap, step, detail }) => {
  const rules = await Promise.all(
    config.checks.map((rule, i) => prepareRule(rule, `node ${step.nodeId}, config.checks[${i}]`)),
  );
  let conversation = inputs.messages;
  let repairs = 0;
  let reasks = 0;
  let checked = applyRules(rules, inputs.value, inputs.context);
  repairs += checked.repairs;

  while (!checked.passed && config.reask !== undefined && conversation !== undefined && reasks < config.reask.max) {
    conversation = withProblems(conversation, textOf(inputs.value), checked.findings);
    const { text } = await cap.model.generate({
      profile: config.reask.profile,
      messages: conversation,
      ...(inputs.context !== undefined && { context: inputs.context }),
    });
    reasks += 1;
    conversation = [...conversation, { role: 'assistant', content: text }];
    checked = applyRules(rules, likeBefore(inputs.value, text, inputs.context), inputs.context);
    repairs += checked.repairs;
  }

  const { value, findings, passed } = checked;
  const verdict: Verdict = { passed, findings, repairs, reasks };
  detail({
    passed,
    repairs,
    reasks,
    findings: findings.slice(0, 20).map(({ rule, severity, message }) => ({ rule, severity, message })),
  });
  if (!passed && config.onFail === 'fail') {
    const errors = findings.filter(({ severity }) => severity === 'error');
    throw new AppError('output.guardrail', {
      message: `The value breaks ${errors.length === 1 ? 'a rule' : `${errors.length} rules`}: ${errors[0]?.message ?? ''}`,
      where: `node ${step.nodeId}, rule ${errors[0]?.rule ?? ''}`,
      remedy:
        'Look at the findings in the trace; send failed values elsewhere with onFail: route, or ask again with reask.',
      data: { findings: errors.slice(0, 20).map(({ rule, message }) => ({ rule, message })), reasks },
    });
  }
  return { passed: passed ? value : undefined, failed: passed ? undefined : value, verdict, value };
};

/** Every rule sees the value as it came, save that one may mend it for those after it. */
function applyRules(rules: readonly PreparedRule[], given: Json, context: Context | undefined) {
  const findings: Finding[] = [];
  let value = given;
  let repairs = 0;
  for (const rule of rules) {
    const outcome = rule(value, context);
    findings.push(...outcome.findings);
    value = outcome.value;
    repairs += outcome.repairs;
  }
  return { value, findings, repairs, passed: findings.every(({ severity }) => severity !== 'error') };
}

/** A new answer of the model in the form that the value had. */
function likeBefore(before: Json, text: string, context: Context | undefined): Json {
  if (!isAnswer(before)) return text;
  const answer: Answer = { text, citations: resolveCitations(text, context), abstained: isAbstention(text) };
  return answer as Json;
}

function withProblems(conversation: readonly Message[], rejected: string, findings: readonly Finding[]): Message[] {
  const problems = findings.filter(({ severity }) => severity === 'error').map(({ message }) => `- ${message}`);
  const lines = [
    'Your answer cannot be used:',
    ...new Set(problems),
    'Answer again, the whole answer, without these faults.',
  ];
  const answered = conversation.at(-1)?.role === 'assistant' || rejected.trim() === '';
  return [
    ...conversation,
    ...(answered ? [] : [{ role: 'assistant' as const, content: rejected }]),
    { role: 'user', content: lines.join('\n') },
  ];
}
