import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Database } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { collectionList, workspaceInfo } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import shared from '../panel-body.module.css';
import { CollectionCard } from './collection-card.tsx';
import styles from './knowledge.module.css';
import { KnowledgeSearch } from './knowledge-search.tsx';

/** The collections of the workspace, how they come up to date, and what is found in them. */
export function KnowledgePanel(): ReactNode {
  const { client, ingestions } = useStudio();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<string>();
  const declared = useQuery(workspaceInfo(client)).data?.collections;
  const made = useQuery(collectionList(client)).data;
  const working = useStore(ingestions.store, ({ of }) => [...of.values()].filter(isWorking).length);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each beginning and end of an ingestion is a change
  useEffect(() => void queries.invalidateQueries({ queryKey: ['knowledge'] }), [queries, working]);

  if (!declared) return null;
  const name = declared.find((one) => one.name === chosen)?.name ?? declared[0]?.name;
  if (name === undefined)
    return <EmptyState icon={Database} title={t('knowledge.none')} text={t('knowledge.noneText')} />;
  return (
    <div className={classes(shared['split'], styles['panel'])}>
      <ul className={styles['collections']} aria-label={t('knowledge.collections')}>
        {declared.map((collection) => (
          <CollectionCard
            key={collection.name}
            collection={collection}
            made={made?.find((one) => one.name === collection.name)}
            isChosen={collection.name === name}
            onChoose={() => setChosen(collection.name)}
          />
        ))}
      </ul>
      <KnowledgeSearch key={name} collection={name} />
    </div>
  );
}

const isWorking = ({ state }: { state: string }): boolean => state === 'working';
