import type { ContractClient } from '../../../app/core/contracts/client.ts';
import type { ErrorCode } from '../../../app/core/errors/error-codes.ts';
import type { JsonObject } from '../../../app/core/graph/json.ts';
import type { BenchWorkspace } from '../bench-workspace.ts';

export interface MethodBench extends BenchWorkspace {
  client: ContractClient;
}

type Procedures = { [D in keyof ContractClient]: `${D & string}.${keyof ContractClient[D] & string}` };
export type MethodName = Procedures[keyof Procedures];

export interface MethodRow {
  /** What the method does, through the wire. */
  works(bench: MethodBench): Promise<void>;
  /** An input of the right shape; together with a surplus key it must be refused. */
  shape: JsonObject;
  /** Inputs that do not fit, and the place that the error names. */
  refuses: { input: JsonObject; where: string }[];
  /** An input that fits and that the service refuses. */
  fails?: { input: JsonObject; code: ErrorCode };
}

/** The rows of one domain. */
export type MethodsOf<D extends string> = { [M in Extract<MethodName, `${D}.${string}`>]: MethodRow };
