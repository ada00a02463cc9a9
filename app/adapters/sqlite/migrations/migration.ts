/** SQL as text in a module, so that a bundle holds it. A released one is never edited: databases keep its hash. */
export interface Migration {
  number: number;
  name: string;
  sql: string;
}
