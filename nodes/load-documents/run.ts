import type { Run } from '../../app/core/nodekit/index.ts';
import type { loadDocuments } from './manifest.ts';

export const run: Run<typeof loadDocuments> = async ({ config }, { cap, detail }) => {
  const { documents, failures } = await cap.documents.load({
    patterns: config.patterns,
    ...(Object.keys(config.metadata).length > 0 && { metadata: config.metadata }),
  });
  detail({ documents: documents.length, failures: failures.length });
  return { documents, failures };
};
