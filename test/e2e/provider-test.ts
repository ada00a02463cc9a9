import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dialects } from '../kit/providers/dialects.ts';
import { type ProviderServer, startProviderServer } from '../kit/providers/provider-server.ts';
import { type Prepare, test } from './studio-test.ts';

/** How the provider of these journeys speaks. */
export const openai = dialects.find(({ provider }) => provider === 'openai-compatible') as (typeof dialects)[number];

/** What a profile says that asks the provider of a journey, with a price. */
export const profileOf = ({ url }: ProviderServer, model: string) => ({
  ...{ use: 'chat', provider: 'openai-compatible', model, baseUrl: `${url}${openai.basePath}` },
  ...{ prices: { input: 1, output: 2 }, contextWindow: 32_000 },
});

/** A journey in a workspace that has more in its pipewright.json: profiles that ask a server of the test. */
export const withProvider = (configOf: (provider: ProviderServer) => { profiles: object; budgets?: object }) =>
  test
    .extend<{ provider: ProviderServer }>({
      // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern what a fixture needs
      provider: async ({}, use) => {
        const provider = await startProviderServer();
        await use(provider);
        await provider.close();
      },
    })
    .extend<{ prepare: Prepare }>({
      prepare: async ({ provider }, use) => {
        await use(async (folder) => {
          const file = join(folder, 'pipewright.json');
          const config = JSON.parse(readFileSync(file, 'utf8')) as { profiles: object };
          const { profiles, ...others } = configOf(provider);
          writeFileSync(file, JSON.stringify({ ...config, ...others, profiles: { ...config.profiles, ...profiles } }));
          return {};
        });
      },
    });
