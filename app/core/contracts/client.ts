import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from './index.ts';

/** What a client of the contract can call; each transport makes one from its own link. */
export type ContractClient = ContractRouterClient<typeof contract>;
