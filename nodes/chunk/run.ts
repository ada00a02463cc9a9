import type { Run } from '../../app/core/nodekit/index.ts';
import { chunkDocument } from '../../app/core/text/chunking.ts';
import type { chunk } from './manifest.ts';

export const run: Run<typeof chunk> = ({ config, inputs }, { cap, signal, detail }) => {
  const chunks = inputs.documents.flatMap((document) => {
    signal.throwIfAborted();
    return chunkDocument(document, config, (text) => cap.tokenizer.count(text));
  });
  detail({ documents: inputs.documents.length, chunks: chunks.length });
  return { chunks };
};
