import {
  Bug,
  CircleSlash,
  Gauge,
  GitFork,
  Layers,
  type LucideIcon,
  MessageSquareText,
  PencilLine,
  ScrollText,
  ShieldCheck,
  SquareArrowRight,
  TextCursorInput,
  UserCheck,
} from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { Why } from '../../../app/core/contracts/insight.ts';
import { pointKey } from '../../../app/core/run/step-feeds.ts';
import { t } from '../../strings/text.ts';
import styles from './why.module.css';

type Link = Why['links'][number];

const pictures: Readonly<Record<Link['kind'], LucideIcon>> = {
  error: Bug,
  decision: UserCheck,
  verdict: ShieldCheck,
  confidence: Gauge,
  model: MessageSquareText,
  prompt: ScrollText,
  chunks: Layers,
  input: TextCursorInput,
  edit: PencilLine,
  choice: GitFork,
  skipped: CircleSlash,
  value: SquareArrowRight,
};

export interface ChainListProps {
  links: readonly Link[];
  chosen: string | undefined;
  isCompared: boolean;
  nameOf: (step: string) => string;
  onLook: (link: Link) => void;
}

/** The chain from the output back to the inputs; the arrow keys go along it. */
export function ChainList({ links, chosen, isCompared, nameOf, onLook }: ChainListProps): ReactNode {
  return (
    <ol className={styles['chain']}>
      {links.map((link) => {
        const Picture = pictures[link.kind];
        const name = link.side ? t('why.turns', { name: nameOf(link.step) }) : nameOf(link.step);
        return (
          <li key={pointKey(link)} data-origin={link.isOrigin}>
            <button
              type="button"
              aria-pressed={pointKey(link) === chosen}
              title={link.step}
              onClick={() => onLook(link)}
              onKeyDown={goAlong}
            >
              <Picture aria-hidden />
              <span className={styles['main']}>
                <span className={styles['name']}>
                  {name} <span className={styles['kind']}>{t(`why.kind.${link.kind}`)}</span>
                </span>
                <span className={styles['reason']}>{link.reason}</span>
              </span>
              {isCompared && <Mark link={link} />}
            </button>
          </li>
        );
      })}
    </ol>
  );
}

function Mark({ link: { compared, isOrigin } }: { link: Link }): ReactNode {
  const mark = isOrigin && compared.verdict === 'differs' ? 'origin' : compared.verdict;
  return (
    <span className={styles['mark']} data-mark={mark}>
      {t(`why.verdict.${mark}`)}
    </span>
  );
}

function goAlong(event: KeyboardEvent<HTMLButtonElement>): void {
  const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (by === 0) return;
  const item = event.currentTarget.parentElement;
  const next = by === 1 ? item?.nextElementSibling : item?.previousElementSibling;
  next?.querySelector('button')?.focus();
  event.preventDefault();
}
