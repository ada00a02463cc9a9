import type { Check } from '../../app/core/nodekit/index.ts';
import type { reranker } from './manifest.ts';

export const check: Check<typeof reranker> = ({ method, profile, topK, candidates }) => {
  if (method === 'service' || method === 'model') {
    if (candidates >= topK) return [];
    return [
      {
        severity: 'warning',
        field: 'candidates',
        message: `Only ${candidates} chunks are looked at, so ${topK} can never be kept.`,
        remedy: 'Raise candidates, or lower topK.',
      },
    ];
  }
  if (profile === undefined) return [];
  return [
    {
      severity: 'warning',
      field: 'profile',
      message: `With method ${method} nobody is asked: the profile is not used.`,
      remedy: 'Take it out, or set method to service or model.',
    },
  ];
};
