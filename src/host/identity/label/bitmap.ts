/** A picture of black and white dots. */
export class Bitmap {
    readonly #black: Uint8Array

    constructor(
        readonly width: number,
        readonly height: number,
    ) {
        this.#black = new Uint8Array(width * height)
    }

    isBlack(x: number, y: number): boolean {
        return this.#black[y * this.width + x] === 1
    }

    /** Blackens a square of `size` by `size` dots. */
    blacken(left: number, top: number, size: number): void {
        for (let y = top; y < top + size; y++) this.#black.fill(1, y * this.width + left, y * this.width + left + size)
    }
}
