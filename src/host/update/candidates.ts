import { InputError } from "../input-error"
import { type PackageParts, packageParts } from "./package-parts"

/** Packages that a device may go back to: the one that was given, and those that were kept, as far as they can be read. */
export class Candidates {
    readonly #given: PackageParts | undefined
    readonly #kept: readonly Buffer[]
    readonly #damaged: () => void
    #read: Promise<PackageParts[]> | undefined

    /** @param damaged hears that one that was kept cannot be read */
    constructor(given: PackageParts | undefined, kept: readonly (Buffer | undefined)[], damaged: () => void) {
        this.#given = given
        this.#kept = kept.filter(bytes => bytes !== undefined)
        this.#damaged = damaged
    }

    /** The first that fits. */
    async find(fits: (parts: PackageParts) => boolean | Promise<boolean>): Promise<PackageParts | undefined> {
        this.#read ??= this.#readAll()
        for (const parts of await this.#read) if (await fits(parts)) return parts
        return undefined
    }

    async #readAll(): Promise<PackageParts[]> {
        const kept = await Promise.all(this.#kept.map(bytes => this.#readOne(bytes)))
        return [this.#given, ...kept].filter(parts => parts !== undefined).filter(({ program }) => program)
    }

    async #readOne(bytes: Buffer): Promise<PackageParts | undefined> {
        try {
            const parts = await packageParts("the last good package", bytes)
            if (parts.programRefusal === undefined) return parts
        } catch (error) {
            if (!(error instanceof InputError)) throw error
        }
        this.#damaged()
        return undefined
    }
}
