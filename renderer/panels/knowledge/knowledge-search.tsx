import { useQueries } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import type { Filter } from '../../../app/core/capabilities/capabilities.ts';
import { fromWireError } from '../../../app/core/contracts/wire-error.ts';
import type { Chunk } from '../../../app/core/graph/values.ts';
import { knowledgeSearch, searchModes } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { openOverlay } from '../../state/studio.ts';
import { t } from '../../strings/text.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Fault } from '../../ui/fault.tsx';
import { Field } from '../../ui/field.tsx';
import words from '../../ui/text.module.css';
import { DocumentList } from './document-list.tsx';
import styles from './knowledge.module.css';
import { type FilterTexts, searchFilter } from './search-filter.ts';

const K = 10;

interface Asked {
  query: string;
  filter: Filter | undefined;
}

/** A question to a collection, and what each way to search finds, side by side. */
export function KnowledgeSearch({ collection }: { collection: string }): ReactNode {
  const { client } = useStudio();
  const [query, setQuery] = useState('');
  const [isOpen, setOpen] = useState(false);
  const filters = useId();
  const [texts, setTexts] = useState<FilterTexts>({ file: '', field: '', value: '' });
  // Asked when a person says so and not while they type: the embedder of a collection may cost money.
  const [asked, setAsked] = useState<Asked>();
  const found = useQueries({
    queries: searchModes.map((mode) => ({
      ...knowledgeSearch(client, { collection, mode, k: K, query: asked?.query ?? '', filter: asked?.filter }),
      enabled: asked !== undefined,
    })),
  });

  function ask(event: FormEvent): void {
    event.preventDefault();
    if (query.trim() !== '') setAsked({ query: query.trim(), filter: searchFilter(texts) });
  }

  const text = (name: keyof FilterTexts) => (
    <Field label={t(`knowledge.filter.${name}`)}>
      {(control) => (
        <input
          {...control}
          value={texts[name]}
          onChange={({ target }) => setTexts((before) => ({ ...before, [name]: target.value }))}
        />
      )}
    </Field>
  );
  const rankOf = (at: number, id: string) => (found[at]?.data ?? []).findIndex((chunk) => chunk.id === id) + 1;
  return (
    <section className={styles['search']} aria-label={t('knowledge.searchIn', { collection })}>
      <form className={styles['form']} onSubmit={ask}>
        <Field label={t('knowledge.question')} compact>
          {(control) => (
            <input
              {...control}
              type="search"
              placeholder={t('knowledge.questionHint')}
              value={query}
              onChange={({ target }) => setQuery(target.value)}
            />
          )}
        </Field>
        <Button type="submit" look="primary">
          {t('knowledge.search')}
        </Button>
        {asked && <Button onClick={() => setAsked(undefined)}>{t('knowledge.documents')}</Button>}
        <Button look="quiet" aria-expanded={isOpen} aria-controls={filters} onClick={() => setOpen(!isOpen)}>
          {t(isOpen ? 'runs.fewer' : 'runs.more')}
        </Button>
        <div id={filters} className={styles['filters']} hidden={!isOpen}>
          {text('file')}
          {text('field')}
          {text('value')}
        </div>
      </form>
      {!asked && (
        <>
          <p className={words['about']}>{t('knowledge.searchText')}</p>
          <DocumentList collection={collection} />
        </>
      )}
      {asked && (
        <div className={styles['modes']}>
          {searchModes.map((mode, at) => (
            <section key={mode} aria-label={t(`knowledge.mode.${mode}`)}>
              <h3>{t(`knowledge.mode.${mode}`)}</h3>
              {found[at]?.isFetching && !found[at].data && <p className={words['about']}>{t('knowledge.searching')}</p>}
              {found[at]?.error && <Fault fault={fromWireError(found[at].error)} />}
              {found[at]?.data?.length === 0 && <p className={words['about']}>{t('knowledge.nothing')}</p>}
              <ol>
                {found[at]?.data?.map((chunk, index) => (
                  <li key={chunk.id}>
                    <Hit
                      chunk={chunk}
                      rank={index + 1}
                      ranks={searchModes.map((one, other) => ({ mode: one, rank: rankOf(other, chunk.id) }))}
                    />
                  </li>
                ))}
              </ol>
            </section>
          ))}
        </div>
      )}
    </section>
  );
}

interface HitProps {
  chunk: Chunk;
  rank: number;
  /** Its place among what each way found; 0 where it was not found. */
  ranks: readonly { mode: (typeof searchModes)[number]; rank: number }[];
}

function Hit({ chunk: { id, file, line, page, start, end, text, score }, rank, ranks }: HitProps): ReactNode {
  const studio = useStudio();
  const place = page === undefined ? `${file}${line === undefined ? '' : `:${line}`}` : `${file}, ${page}`;
  const open = () =>
    openOverlay(studio, 'source', {
      marker: String(rank),
      chunkId: id,
      file,
      start,
      end,
      ...(line !== undefined && { line }),
      ...(page !== undefined && { page }),
    });
  return (
    <button type="button" className={styles['hit']} onClick={open}>
      <span className={styles['hitHead']}>
        <strong>{rank}</strong>
        <span className={styles['file']} title={place}>
          {place}
        </span>
        {score !== undefined && <span className={words['about']}>{score.toFixed(3)}</span>}
      </span>
      <span className={classes(words['clamped'], styles['excerpt'])}>{text}</span>
      <span className={words['about']}>
        {ranks.map(({ mode, rank: at }) => `${t(`knowledge.mode.${mode}`)} ${at === 0 ? '–' : at}`).join(' · ')}
      </span>
    </button>
  );
}
