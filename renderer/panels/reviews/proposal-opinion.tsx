import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Json } from '../../../app/core/graph/json.ts';
import { OpinionBar } from '../../feedback/opinion-bar.tsx';
import { stepDetails } from '../../rpc/queries.ts';
import { useStudio } from '../../shell/studio-context.ts';
import { t } from '../../strings/text.ts';

export interface ProposalOpinionProps {
  run: string;
  /** The step that asks. */
  step: string;
  payload: Json;
}

/** The input of a review that holds what it is about (nodes/human-review). */
const PAYLOAD = 'payload';

/** What is thought of what a person is asked about: it is said of the output that it came from. */
export function ProposalOpinion({ run, step, payload }: ProposalOpinionProps): ReactNode {
  const { client } = useStudio();
  const { data } = useQuery(stepDetails(client, run, step, 'asked', false));
  const from = data?.inputs.find(({ port }) => port === PAYLOAD)?.from;
  if (!from || from.perTurn) return null;
  return (
    <OpinionBar run={run} step={from.step} port={from.port} name={t('review.payload')} shown={{ value: payload }} />
  );
}
