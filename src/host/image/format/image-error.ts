/** Bytes that are not an image this module understands. Nothing is guessed about them. */
export class ImageError extends Error {}
