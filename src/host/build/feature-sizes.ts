/** What each feature of the SDK takes of the room that a program's code has: for a maker who has to choose, or to find room. */
import { installedCli } from "../../../simulators/vm/runtime"
import { CODE_LIMIT, codeEnd } from "../image-header"
import { codeSizes, type SourceSize } from "./code-sizes"
import { compileWithMap } from "./compiler"
import { loadProject } from "./project"

export interface FeatureSize {
    feature: string
    /** Of functions: 16 for each, and its statements. */
    bytes: number
}

export interface FeatureSizes {
    /** The largest first. Together they are `codeEnd`. */
    features: FeatureSize[]
    /** Offset behind the code of the last function. */
    codeEnd: number
    /** Bytes that are left for code; fewer than 1 of a program that no runtime takes up. */
    left: number
}

/** What the compiler makes of all sources together, and counts to the program's entry: the registration of each method, and what modules do first. */
const TOGETHER = ["prototype", "main"]

/** The first that matches a source's path, as `SourceSize` has it, is what it belongs to. */
const FEATURES: [feature: string, source: RegExp][] = [
    ["update", /^(src\/core\/(update|suit)|devs\/update)\//],
    ["owner", /^(src\/core\/owner|devs\/owner)\//],
    ["sessions: pairing", /^src\/core\/session\/edhoc\//],
    ["sessions: keys' update", /^src\/core\/session\/kudos\//],
    ["sessions: messages", /^src\/core\/session\//],
    ["log", /^(src\/core\/eventlog|devs\/log)\//],
    ["fail-safe", /^(src\/core\/failsafe\/|devs\/(supervisor|freshness)\.ts)/],
    ["identity", /^(src\/core\/identity|devs\/identity)\//],
    ["store", /^(src\/core\/store|devs\/stores)\//],
    ["services", /^devs\/servers\//],
    ["drivers and pins", /^(devs\/(drivers|io)|src\/core\/diagnosis)\//],
    ["rules of devices", /^src\/core\/rules\//],
    ["CBOR and COSE", /^src\/core\/(cbor|cose)\//],
    ["crypto: SLH-DSA", /^src\/core\/crypto\/(slhdsa|work-buffer)/],
    ["crypto: P-256", /^src\/core\/crypto\/(\w+-)?p256|^src\/core\/crypto\/der\.ts/],
    ["crypto: X25519", /^src\/core\/crypto\/x25519/],
    ["crypto: Ed25519", /^src\/core\/crypto\/(ed25519|edwards|sha512|\w+25519\.ts|public-inverse25519)/],
    ["crypto: numbers of either curve", /^src\/core\/crypto\/(comb|public-comb|signed-digits|natural|euclid|turn)\.ts/],
    ["crypto: ciphers", /^src\/core\/crypto\/(aead|aes|ccm|chacha20|chacha20poly1305|poly1305)\.ts/],
    ["crypto: digests, randomness, the rest", /^(src\/core\/crypto\/|devs\/crypto\.ts)/],
    ["the device and its cycle", /^(devs\/|src\/core\/ports\.ts)/],
    ["the program", /^src\//],
    ["libraries", /^/],
]

/**
 * @param device as `buildFirmware` takes it
 * @param optimised whether the optimiser has its way
 * @throws BuildError unless it compiles; that its code is too large is no error here
 */
export async function featureSizes(device: string, optimised: boolean): Promise<FeatureSizes> {
    let files = await compileWithMap(await loadProject(device), installedCli(), { anySize: true })
    if (optimised) {
        const { optimise } = await import("../image/optimise")
        const { image, map } = optimise(files)
        files = { image, map: map! }
    }
    return sharesOf(codeSizes(files.map), codeEnd(files.image))
}

/** @param end where the code ends: what no function takes of it is head and directory */
export function sharesOf(sources: SourceSize[], end: number): FeatureSizes {
    const bytes = new Map<string, number>()
    let rest = end
    for (const { path, functions } of sources)
        for (const { name, bytes: size } of functions) {
            const isTogether = path.startsWith("src/") && !path.startsWith("src/core/") && TOGETHER.includes(name)
            const feature = isTogether ? "methods' names and first statements of all" : featureOf(path)
            bytes.set(feature, (bytes.get(feature) ?? 0) + size)
            rest -= size
        }
    bytes.set("head of the image", rest)
    const features = [...bytes].map(([feature, bytes]) => ({ feature, bytes }))
    return { features: features.sort((a, b) => b.bytes - a.bytes), codeEnd: end, left: CODE_LIMIT - end }
}

/** @param path as `SourceSize` has it */
export function featureOf(path: string): string {
    return FEATURES.find(([, source]) => source.test(path))![0]
}
