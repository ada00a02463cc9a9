/** How these services reach the workspace and its machine state: given by the host. */
export interface TextFolder {
  find(pattern: string): Promise<string[]>;
  facts(path: string): Promise<{ bytes: number; modifiedAt: number } | undefined>;
  read(path: string): Promise<{ text: string; hash: string; modifiedAt: number }>;
  write(path: string, text: string): Promise<{ hash: string; modifiedAt: number }>;
  move(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** What a client knows of a file on the disk. */
export interface DiskVersion {
  hash: string;
  modifiedAt: number;
}
