/** Update packages that tests bring to a device. Whoever can sign made each of them; the suite makes what needs no key out of those. */

// biome-ignore format: a table, one package a line
export const PACKAGES = {
    next: "the release after the one that runs",
    equal: "another program under the number of the one that runs",
    older: "a program under a number below the one that runs",
    stranger: "the next release, signed by somebody whom the device does not know",
    otherVendor: "a release of another vendor",
    otherModel: "a release for another model",
    otherBoard: "a release for another board",
    unconfirmable: "a release whose number the device could never confirm",
} as const

export type PackageName = keyof typeof PACKAGES
export const PACKAGE_NAMES = Object.keys(PACKAGES) as PackageName[]

/** By name, the bytes; undefined for what nobody has given. Made when it is asked for first. */
export interface Packages {
    get(name: PackageName): Promise<Buffer | undefined>
}
