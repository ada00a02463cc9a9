/** Makes something at its first use, once; a failure is tried again at the next. */
export interface Lazy<T> {
  (): Promise<T>;
  /** What has been made, if anything: for closing without making it first. */
  made(): Promise<T> | undefined;
}

export function lazily<T>(make: () => Promise<T>): Lazy<T> {
  let promise: Promise<T> | undefined;
  const get = () => {
    promise ??= make().catch((error: unknown) => {
      promise = undefined;
      throw error;
    });
    return promise;
  };
  return Object.assign(get, { made: () => promise });
}
