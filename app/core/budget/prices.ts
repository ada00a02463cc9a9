import * as z from 'zod';
import { later } from '../schema/later.ts';

const usd = z.number().min(0).max(1_000_000);

/** What a model costs: US dollars per million tokens, and per thousand searches of a reranker. */
export const ModelPrice = later(() =>
  z.strictObject({
    input: usd,
    output: usd,
    /** Input that the provider had in its cache; that of `input` when left out. */
    cachedInput: usd.optional(),
    /** Input that it put into its cache; that of `input` when left out. */
    cacheWrite: usd.optional(),
    searches: usd.optional(),
  }),
);
export type ModelPrice = z.infer<typeof ModelPrice>;

/** `prices.json` of a workspace: prices that win over the table of the release. */
export const PriceFile = later(() =>
  z.strictObject({
    $schema: z.string().max(300).optional(),
    format: z.literal(1),
    /** The day that the figures are of: it stands in every cost that is reckoned by them. */
    date: z.iso.date(),
    /** By the model's name, or `provider/model`; with `*` at its end for all that begin so. */
    models: z.record(
      z.string().min(1).max(200),
      z.strictObject({
        ...ModelPrice.shape,
        /** Tokens that prompt and answer may have together. */
        contextWindow: z.int().min(1).optional(),
      }),
    ),
  }),
);
export type PriceFile = z.infer<typeof PriceFile>;
export type FilePrice = PriceFile['models'][string];

/** The price of a model in a file: by its exact name, else by the longest beginning. */
export function priceIn({ models }: PriceFile, provider: string, model: string): FilePrice | undefined {
  const names = [`${provider}/${model}`, model];
  for (const name of names) if (Object.hasOwn(models, name)) return models[name];
  const fitting = Object.keys(models)
    .filter((key) => key.endsWith('*') && names.some((name) => name.startsWith(key.slice(0, -1))))
    .sort((a, b) => b.length - a.length);
  return fitting[0] === undefined ? undefined : models[fitting[0]];
}

/** What one profile's model costs, and where that is said; `price` null: not known. */
export interface PricedProfile {
  profile: string;
  use: 'chat' | 'embedding' | 'rerank';
  provider: string;
  model: string;
  price: ModelPrice | null;
  /** The price rises with the length of the prompt: what is told holds for short ones. */
  rises: boolean;
  /** `profile`, `prices.json …`, the table with its date, `built-in`; null where no price is known. */
  source: string | null;
}
