import { isJsonObject, type Json, type Run } from '../../app/core/nodekit/index.ts';
import type { tool } from './manifest.ts';

export const run: Run<typeof tool> = async ({ ports }, { cap }) => {
  const given = isJsonObject(ports['arguments'] as Json) ? (ports['arguments'] as { [name: string]: Json }) : {};
  // The whole comes last: an argument that is called so is found in it.
  const { result } = await cap.body.run(0, { ...given, arguments: given });
  return { result };
};
