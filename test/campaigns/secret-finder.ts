/** Finds secrets in memory images, many of them at once. */
export class SecretFinder {
    /** Secrets by their first four bytes. */
    readonly #byPrefix = new Map<number, { owner: string; secret: Buffer }[]>()

    /** @param secret of at least four bytes */
    add(owner: string, secret: Buffer): void {
        const prefix = secret.readUInt32LE()
        this.#byPrefix.set(prefix, [...(this.#byPrefix.get(prefix) ?? []), { owner, secret }])
    }

    /** @returns whose secrets lie in the image, one entry each */
    ownersIn(image: Buffer): Set<string> {
        const owners = new Set<string>()
        for (let at = 0; at + 4 <= image.length; at++) {
            const here = this.#byPrefix.get(image.readUInt32LE(at))
            for (const { owner, secret } of here ?? [])
                if (image.subarray(at, at + secret.length).equals(secret)) owners.add(owner)
        }
        return owners
    }
}
