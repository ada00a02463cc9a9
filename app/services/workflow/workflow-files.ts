/** How the services reach workflow and prompt files: given by the host. */
export interface WorkflowFiles {
  /** Files under the workspace that fit a pattern, relative to it with forward slashes, sorted. */
  find(pattern: string): Promise<string[]>;
  /** Whether a path (absolute, or relative to the folder that the user stands in) is a file. */
  isFile(path: string): Promise<boolean>;
  /** The text of a file that the user named, wherever it lies. @throws AppError document.* */
  readNamed(path: string): Promise<string>;
  /** The text of a file that lies in the workspace, links included. @throws AppError document.* */
  readInside(path: string): Promise<string>;
}
