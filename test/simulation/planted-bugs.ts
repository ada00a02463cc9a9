/** A fault in the engine as an edit of its source: `find` must stand in the file exactly once. */
export interface PlantedBug {
  name: string;
  file: string;
  find: string;
  replace: string;
}

/** Each must be noticed by the simulation within a thousand seeds: this is how we know that it would notice another. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'the intent is not committed before the call',
    file: 'app/engine/step-calls.ts',
    find: '      await scope.commit();\n    } else {',
    replace: '    } else {',
  },
  {
    name: 'the node gets an answer before it is committed',
    file: 'app/engine/step-calls.ts',
    find: "    scope.add(event);\n    if (effect !== 'read') await scope.commit();",
    replace: '    scope.add(event);',
  },
  {
    name: 'completed calls of an earlier attempt are paid again',
    file: 'app/engine/step-calls.ts',
    find: 'outcome.ok && outcome.attempt >= keptFrom',
    replace: 'outcome.ok && outcome.attempt >= attempt',
  },
  {
    name: 'a resume forgets who won a race',
    file: 'app/engine/frame-flow.ts',
    find: 'const before = history.steps.get(path)?.race;',
    replace: 'const before: string | undefined = undefined;',
  },
  {
    name: 'values of a many-port come in the wrong order',
    file: 'app/engine/step-values.ts',
    find: 'if (cell) found.push(cell);',
    replace: 'if (cell) found.unshift(cell);',
  },
  {
    name: 'a step whose wires all stayed silent runs',
    file: 'app/engine/step-values.ts',
    find: 'node.wires.length > 0 && !any',
    replace: 'node.wires.length > 1 && !any',
  },
  {
    name: 'default outputs of a failed step stay silent',
    file: 'app/engine/step-runner.ts',
    find: 'else this.flow.settle(frame, node, cells);',
    replace: "else this.flow.settle(frame, node, onError.action === 'default' ? SILENT : cells);",
  },
  {
    name: 'a body reads the value of the wrong frame',
    file: 'app/engine/frame.ts',
    find: 'up > 0; up -= 1',
    replace: 'up > 1; up -= 1',
  },
  {
    name: 'a failed body does not stop its container',
    file: 'app/engine/frame-flow.ts',
    find: '    frame.onEnd(error);\n',
    replace: '    frame.onEnd();\n',
  },
  {
    name: 'frames of a failed container go on working',
    file: 'app/engine/live-steps.ts',
    find: 'for (const frame of step.bodies) this.closeBody(step, frame);',
    replace: '',
  },
  {
    name: 'a value that was there before the frame cannot win a race',
    file: 'app/engine/frame-flow.ts',
    find: 'if (node.race) this.race(frame, node);\n      else if',
    replace: 'if',
  },
  {
    name: 'a decision is asked for again after a resume',
    file: 'app/engine/open-waits.ts',
    find: 'if (past?.decision) return this.recall(past.decision, past.sealed);',
    replace: '',
  },
  {
    name: 'a resume forgets where the run was to stop',
    file: 'app/engine/engine.ts',
    find: 'options.breakpoints ?? breakpointsLeft(history)',
    replace: 'options.breakpoints ?? []',
  },
  {
    name: 'a step that begins again after a crash is another hit of its breakpoint',
    file: 'app/engine/breakpoints.ts',
    find: '    if (before) return before;\n',
    replace: '',
  },
  {
    name: 'what a person put in at a stop is lost',
    file: 'app/engine/step-runner.ts',
    find: '        arrived.cells[port] = cellOf(value, keeper);\n',
    replace: '',
  },
];
