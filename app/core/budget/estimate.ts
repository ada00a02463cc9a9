/** What the calls of one node by one profile are reckoned to use and cost. Money is integer nano-dollars. */
export interface EstimatedNode {
  node: string;
  profile: string;
  calls: number;
  inputTokens: number;
  /** The longest answers. */
  outputTokens: number;
  /** With the prompts as they are counted and answers as long as earlier ones; null when there are none. */
  likelyNanoUsd: number | null;
  mostNanoUsd: number;
  /** Calls without a known price: the amounts do not hold them. */
  unpricedCalls: number;
}

/** What a run may cost, found by going through it with stand-ins for the answers of models. */
export interface Estimate {
  workflowId: string;
  workflowName: string;
  nodes: EstimatedNode[];
  likelyNanoUsd: number | null;
  mostNanoUsd: number;
  unpricedCalls: number;
  /** Nodes that ask models and that the stand-ins did not lead to. */
  unreached: string[];
  /** What it came to an early end by: a person or a time that is waited for, a step that failed on a stand-in. */
  stoppedBy: { step: string; reason: string } | null;
  /** Each budget that goes on or is for a run: what is left in it, and whether the most fits. */
  budgets: { what: string; source: string; leftNanoUsd: number; fits: boolean }[];
}
