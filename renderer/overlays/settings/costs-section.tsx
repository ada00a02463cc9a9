import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { fromWireError } from '../../../app/core/contracts/wire-error.ts';
import { ownPrices, writtenBudgets } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { Fault } from '../../ui/fault.tsx';
import { BudgetForm } from './budget-form.tsx';
import { PriceForm } from './price-form.tsx';
import styles from './settings.module.css';

/** What calls may cost, and by which prices that is reckoned. */
export function CostsSection(): ReactNode {
  const { client } = useStudio();
  const budgets = useQuery(writtenBudgets(client));
  const prices = useQuery(ownPrices(client));
  return (
    <>
      <p className={styles['intro']}>{t('budgets.text')}</p>
      {budgets.error && <Fault fault={fromWireError(budgets.error)} />}
      {budgets.data && <BudgetForm written={budgets.data} />}
      {prices.data !== undefined && <PriceForm written={prices.data} />}
    </>
  );
}
