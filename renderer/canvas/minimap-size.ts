interface Size {
  width: number;
  height: number;
}

const usual: Size = { width: 168, height: 112 };
/** For a canvas that is lower than this, as over an open dock. */
const small: Size = { width: 114, height: 76 };
const LOW = 440;

/** The size of the overview map on a canvas of a height. */
export function minimapSize(canvasHeight: number): Size {
  return canvasHeight < LOW ? small : usual;
}

/** What it covers of the canvas, from the lower right corner, with its border and what is left round it. */
export function minimapRoom(canvasHeight: number): Size {
  const { width, height } = minimapSize(canvasHeight);
  return { width: width + 14, height: height + 14 };
}
