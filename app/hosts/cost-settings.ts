import type { OwnPrices } from '../adapters/models/price-table.ts';
import type { WorkspaceBudgets } from '../core/budget/budget.ts';
import type { PricedProfile, PriceFile } from '../core/budget/prices.ts';
import { isAppError } from '../core/errors/app-error.ts';
import type { WorkspaceConfig } from '../core/workspace/workspace-config.ts';
import type { SavedFiles } from '../services/files/saved-files.ts';
import { changeConfig, currentConfig } from './change-config.ts';
import { PRICE_FILE, pricesOf } from './price-file.ts';

/** Budgets, as pipewright.json has them in the version of `hash`. */
export interface WrittenBudgets {
  budgets: WorkspaceBudgets;
  hash: string;
}

/** `prices.json` as it lies there; `problem` where it cannot be used as it is. */
export interface WrittenPrices {
  text: string;
  hash: string;
  date: string | null;
  models: number;
  problem: { message: string; where: string } | null;
}

/** What a price file would come to: each profile with what it costs now and would cost by it. */
export interface PricePreview {
  date: string;
  models: number;
  profiles: { profile: string; model: string; before: PricedProfile['price']; after: PricedProfile['price'] }[];
}

/** What a person sets about money. All of it holds for calls from then on; what was spent stays as it was reckoned. */
export interface CostSettings {
  /** Read anew, and from then on in force. @throws AppError workspace.* */
  budgets(): Promise<WrittenBudgets>;
  /** @param base hash of the version that was shown @throws AppError workspace.*, file.conflict, storage.* */
  setBudgets(budgets: WorkspaceBudgets, base: string): Promise<WrittenBudgets>;
  /** Null where the workspace has no prices of its own. */
  priceFile(): Promise<WrittenPrices | null>;
  /** Changes nothing. Without a text: what the prices of the release come to. @throws AppError workspace.invalid */
  previewPrices(text: string | null): Promise<PricePreview>;
  /**
   * Puts a price file in the place of the one there, or takes it away; what was there stays among the earlier versions.
   * @throws AppError workspace.invalid, file.conflict, file.exists, storage.*
   */
  setPrices(text: string | null, base: string | null): Promise<void>;
}

export interface CostSettingsPorts {
  saved: SavedFiles;
  /** What this host works by: budgets that are read or written here come into force in it. */
  config: WorkspaceConfig;
  /** What the models of the profiles would cost if these were the prices of the workspace. */
  pricesBy(own: OwnPrices | undefined): Promise<PricedProfile[]>;
  prices(): Promise<PricedProfile[]>;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

export function createCostSettings({ saved, config, prices, pricesBy }: CostSettingsPorts): CostSettings {
  function inForce(budgets: WorkspaceBudgets | undefined): WorkspaceBudgets {
    config.budgets = budgets;
    return budgets ?? {};
  }

  return {
    async budgets() {
      const { config: written, hash } = await currentConfig(saved);
      return { budgets: inForce(written.budgets), hash };
    },
    async setBudgets(budgets, base) {
      const isEmpty = Object.keys(budgets).length === 0;
      const written = await changeConfig(saved, { budgets: isEmpty ? undefined : budgets }, base);
      return { budgets: inForce(written.config.budgets), hash: written.hash };
    },
    async priceFile() {
      const found = await saved.read(PRICE_FILE).catch((thrown: unknown) => {
        if (isAppError(thrown) && thrown.code === 'document.missing') return undefined;
        throw thrown;
      });
      if (!found) return null;
      const { text, hash } = found;
      try {
        const { file } = pricesOf(bytesOf(text));
        return { text, hash, date: file.date, models: countOf(file), problem: null };
      } catch (thrown) {
        if (!isAppError(thrown)) throw thrown;
        const { message, where = PRICE_FILE } = thrown;
        return { text, hash, date: null, models: 0, problem: { message, where } };
      }
    },
    async previewPrices(text) {
      const own = text === null ? undefined : pricesOf(bytesOf(text));
      const [before, after] = await Promise.all([
        // A file that cannot be used prices nothing.
        prices().catch((thrown: unknown) => {
          if (isAppError(thrown) && thrown.code === 'workspace.invalid') return [];
          throw thrown;
        }),
        pricesBy(own),
      ]);
      const known = new Map(before.map(({ profile, price }) => [profile, price]));
      return {
        date: own?.file.date ?? '',
        models: own ? countOf(own.file) : 0,
        profiles: after
          .filter(({ provider }) => provider !== 'built-in')
          .map(({ profile, model, price }) => ({ profile, model, before: known.get(profile) ?? null, after: price })),
      };
    },
    async setPrices(text, base) {
      if (text === null) {
        if (base !== null) await saved.remove(PRICE_FILE, base);
        return;
      }
      pricesOf(bytesOf(text));
      await saved.save(PRICE_FILE, text, base);
    },
  };
}

const countOf = ({ models }: PriceFile) => Object.keys(models).length;
