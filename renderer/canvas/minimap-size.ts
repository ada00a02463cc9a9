export const minimapSize = { width: 168, height: 112 };

/** What the overview map covers of the canvas, from the lower right corner, with its border and what is left round it. */
export const minimapRoom = { width: minimapSize.width + 14, height: minimapSize.height + 14 };
