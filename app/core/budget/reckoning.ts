import type { EmbedRequest, ModelRequest, RerankRequest } from '../capabilities/capabilities.ts';
import type { Cost, Usage } from '../graph/values.ts';

/** What a call would use and cost. */
export interface Reckoning {
  usage: Usage;
  cost: Cost;
  /** The profile works on this machine and costs nothing: its calls can be made. */
  builtIn: boolean;
}

/** Reckons calls without making them: asks nobody, needs no key. @throws AppError profile.missing, workspace.invalid */
export interface Reckoner {
  /** At most; or with an answer of so many tokens and the prompt as it is counted. */
  generate(request: ModelRequest, answerTokens?: number): Promise<Reckoning>;
  embed(request: EmbedRequest): Promise<Reckoning>;
  rerank(request: RerankRequest): Promise<Reckoning>;
}
