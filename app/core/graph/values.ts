import * as z from 'zod';
import { later } from '../schema/later.ts';

/**
 * The values that travel on wires. Each schema is the whole truth about its shape: nodes, adapters, traces and the
 * editor share it. Offsets are UTF-16 units (what JavaScript slices by), lines and pages count from 1.
 */
export const Scalar = later(() => z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type Scalar = z.infer<typeof Scalar>;

export const Metadata = later(() => z.record(z.string(), Scalar));
export type Metadata = z.infer<typeof Metadata>;

export const Document = later(() =>
  z.object({
    /** Stable: derived from the source, not from the content. */
    id: z.string(),
    /** Path relative to the workspace, with forward slashes, or a URI. */
    file: z.string(),
    title: z.string().optional(),
    /** `text/markdown`, `application/pdf` and so on: decides how it is chunked. */
    mime: z.string(),
    text: z.string(),
    /** SHA-256 of the file's bytes. */
    hash: z.string(),
    /** Where each page starts in `text`: pages[i] is the offset of page i + 1. */
    pages: z.array(z.number().int()).optional(),
    metadata: Metadata.default({}),
  }),
);
export type Document = z.infer<typeof Document>;

export const Chunk = later(() =>
  z.object({
    /** SHA-256 (first 32 hex digits) of file, offsets and text: survives re-indexing of unchanged text. */
    id: z.string(),
    documentId: z.string(),
    file: z.string(),
    title: z.string().optional(),
    text: z.string(),
    /** Span in the document's text: `document.text.slice(start, end) === text`. */
    start: z.number().int(),
    end: z.number().int(),
    line: z.number().int().optional(),
    endLine: z.number().int().optional(),
    page: z.number().int().optional(),
    /** SHA-256 of the text. */
    hash: z.string(),
    metadata: Metadata.default({}),
    collection: z.string().optional(),
    /** The score that the last step ranked by; larger is better; only comparable within one list. */
    score: z.number().optional(),
    /** Every score that a step gave it, by name: vector, text, rrf, coverage, mmr … */
    scores: z.record(z.string(), z.number()).optional(),
  }),
);
export type Chunk = z.infer<typeof Chunk>;

/** A picture or file that goes with a message. */
export const Attachment = later(() =>
  z.object({
    kind: z.enum(['image', 'file']),
    mime: z.string(),
    name: z.string().optional(),
    /** Base64 of the bytes. */
    data: z.string(),
  }),
);
export type Attachment = z.infer<typeof Attachment>;

/** A tool that a model wants called. Its arguments are the model's words: checked before anything is done with them. */
export const ToolCall = later(() =>
  z.object({
    id: z.string(),
    name: z.string(),
    arguments: z.record(z.string(), z.json()),
    /** The arguments as the model wrote them, when that was no JSON object: `arguments` is empty then. */
    malformed: z.string().optional(),
    /** What the provider wants back beside the call, unread. */
    signature: z.string().optional(),
  }),
);
export type ToolCall = z.infer<typeof ToolCall>;

export const Message = later(() =>
  z.object({
    role: z.enum(['system', 'user', 'assistant', 'tool']),
    content: z.string(),
    attachments: z.array(Attachment).optional(),
    /** Of an assistant: what it wants called. */
    toolCalls: z.array(ToolCall).optional(),
    /** Of a tool: which call this answers. */
    toolCallId: z.string().optional(),
    /** Which version of which prompt it was rendered from; never sent to a provider. */
    prompt: z.object({ name: z.string(), version: z.string() }).optional(),
  }),
);
export type Message = z.infer<typeof Message>;

export const PackedChunk = later(() =>
  Chunk.extend({
    /** The mark that the prompt shows before it and an answer cites it by: `1`, `2` … */
    marker: z.string(),
    tokens: z.number().int(),
  }),
);
export type PackedChunk = z.infer<typeof PackedChunk>;

export const Context = later(() =>
  z.object({
    /** The text for the prompt: each chunk after a line `[marker] file:line`. */
    text: z.string(),
    chunks: z.array(PackedChunk),
    tokens: z.number().int(),
    /** What did not fit or was a duplicate, and why. */
    dropped: z.array(z.object({ id: z.string(), file: z.string(), reason: z.enum(['budget', 'duplicate']) })),
  }),
);
export type Context = z.infer<typeof Context>;

export const Citation = later(() =>
  z.object({
    marker: z.string(),
    chunkId: z.string().optional(),
    file: z.string().optional(),
    page: z.number().int().optional(),
    line: z.number().int().optional(),
    /** Span of the quote in the source document. */
    start: z.number().int().optional(),
    end: z.number().int().optional(),
    /** Words that must stand in the source exactly so. */
    quote: z.string().optional(),
  }),
);
export type Citation = z.infer<typeof Citation>;

export const Answer = later(() =>
  z.object({
    text: z.string(),
    citations: z.array(Citation),
    /** The model said that the context does not answer the question. */
    abstained: z.boolean(),
  }),
);
export type Answer = z.infer<typeof Answer>;

export const Finding = later(() =>
  z.object({
    rule: z.string(),
    severity: z.enum(['info', 'warning', 'error']),
    message: z.string(),
    /** The offending piece, redacted when it is personal. */
    excerpt: z.string().optional(),
    start: z.number().int().optional(),
    end: z.number().int().optional(),
  }),
);
export type Finding = z.infer<typeof Finding>;

export const Verdict = later(() =>
  z.object({
    passed: z.boolean(),
    findings: z.array(Finding),
    /** Mended without asking the model again (JSON repair, redaction). */
    repairs: z.number().int(),
    /** Times that the model was asked again. */
    reasks: z.number().int(),
  }),
);
export type Verdict = z.infer<typeof Verdict>;

export const Confidence = later(() =>
  z.object({
    /** 0 … 1, not a probability unless `calibrated`. */
    score: z.number(),
    calibrated: z.boolean(),
    parts: z.record(z.string(), z.number()),
    reasons: z.array(z.string()),
  }),
);
export type Confidence = z.infer<typeof Confidence>;

export const Table = later(() =>
  z.object({
    columns: z.array(z.string()),
    rows: z.array(z.record(z.string(), Scalar)),
    /** More rows matched than were returned. */
    truncated: z.boolean(),
  }),
);
export type Table = z.infer<typeof Table>;

export const Decision = later(() =>
  z.object({
    action: z.string(),
    /** What the person filled in, by the field names of the form. */
    values: z.record(z.string(), z.json()),
    by: z.string(),
    comment: z.string().optional(),
    /** Epoch milliseconds. */
    at: z.number(),
  }),
);
export type Decision = z.infer<typeof Decision>;

export const Usage = later(() =>
  z.object({
    inputTokens: z.number().int(),
    outputTokens: z.number().int(),
    cachedInputTokens: z.number().int().optional(),
    cacheWriteTokens: z.number().int().optional(),
    reasoningTokens: z.number().int().optional(),
    /** Units by which some rerankers bill: a query with up to so many texts. */
    searches: z.number().int().optional(),
    /** Counted by us, not reported by the provider. */
    estimated: z.boolean(),
  }),
);
export type Usage = z.infer<typeof Usage>;

export const Cost = later(() =>
  z.object({
    /** Integer nano-dollars (1 USD = 1e9): sums stay exact. */
    nanoUsd: z.number().int(),
    /** False when some of it was used of a model without a known price: then nanoUsd is a lower bound, mostly 0. */
    known: z.boolean(),
    priceVersion: z.string(),
  }),
);
export type Cost = z.infer<typeof Cost>;

/** What a call used and cost, and what for: the ledger is made of it. */
export interface CallAccounts {
  usage?: Usage;
  cost?: Cost;
  model?: string;
  provider?: string;
  /** Profile that the answer came from. */
  profile?: string;
}

export const ErrorValue = later(() =>
  z.object({
    code: z.string(),
    class: z.string(),
    message: z.string(),
    where: z.string().optional(),
    remedy: z.string().optional(),
    data: z.record(z.string(), z.json()).optional(),
  }),
);
export type ErrorValue = z.infer<typeof ErrorValue>;
