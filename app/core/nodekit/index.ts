/** What the author of a node imports. */
export type {
  CallOptions,
  Filter,
  HttpRequest,
  HttpResponse,
  ModelRequest,
  ModelResponse,
  OfferedTool,
  SearchRequest,
  Spent,
  ToolSpec,
  Turn,
  WaitRequest,
} from '../capabilities/capabilities.ts';
export { AppError, isAppError } from '../errors/app-error.ts';
export { endsRun } from '../errors/ends-run.ts';
export { didYouMean } from '../errors/suggest.ts';
export { jsonHash, sha256Hex } from '../graph/hash.ts';
export { canonicalJson, isJsonObject, type Json, type JsonObject } from '../graph/json.ts';
export { type Port, type Ports, type PortTypeName, portSchemas, portTypeNames } from '../graph/ports.ts';
export type {
  Answer,
  Chunk,
  Citation,
  Confidence,
  Context,
  Decision,
  Document,
  Finding,
  Message,
  Metadata,
  PackedChunk,
  Scalar,
  Table,
  Verdict,
} from '../graph/values.ts';
export { WorkflowInterface } from '../graph/workflow.ts';
export { addressKind } from '../http/address-kind.ts';
export { isPlainPath, makeReach, type Reach, reachOfOrigin } from '../policy/reach.ts';
export { later } from '../schema/later.ts';
export { parseDuration, parseTimestamp } from '../text/duration.ts';
export { attemptsInto } from './attempts.ts';
export {
  type Check,
  type CheckFinding,
  defineNode,
  type Effect,
  type FieldForm,
  type Manifest,
  type ResourceRef,
  type Run,
} from './define-node.ts';
export { valuePort, variableNames, variablePorts } from './variables.ts';
